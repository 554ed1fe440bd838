// Builds a single executable on Linux: dist/ and its packages in one script, put into Node as a single-executable application.
// `npm run build` first, then `node scripts/build-exe.js TARGET`; the targets are in exe-targets.js, x64 and arm64 are
// Windows. The result is in dist-exe. All foreign parts are pinned in foreign-parts.js.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TARGETS } from './exe-targets.js';
import { fetchPart } from './foreign-parts.js';

const ROOT = join(import.meta.dirname, '..');
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const target = TARGETS[process.argv[2] ?? 'x64'];
if (target === undefined)
  throw new Error(`there is no target ${process.argv[2]}; one of ${Object.keys(TARGETS).join(', ')}`);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const work = mkdtempSync(join(tmpdir(), 'eph-exe-'));
try {
  const file = build();
  console.log(`${file} ${statSync(file).size} bytes`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function build() {
  prepareSources();
  bundle(target.entry, 'main.js');
  bundle(`dist/platform/${target.room}/reader-worker.js`, 'reader-worker.js');
  bundle('dist/http/guard/bcrypt-worker.js', 'bcrypt-worker.js');
  const blob = makeBlob();
  const file = join(ROOT, 'dist-exe', target.file);
  mkdirSync(join(file, '..'), { recursive: true });
  rmSync(file, { force: true });
  copyFileSync(partFile(target.node), file);
  chmodSync(file, 0o755);
  inject(file, blob);
  return file;
}

/** A copy of the build in which the modules for the executable have taken their places. */
function prepareSources() {
  const dist = join(work, 'dist');
  cpSync(join(ROOT, 'dist'), dist, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(work, 'node_modules'));
  const room = join(dist, 'platform', target.room);
  for (const name of target.replaced) writeFileSync(join(room, name), `export * from './single-exe/${name}';\n`);
  embedPage(join(dist, 'http/page'));
}

/** The status page is put together from files beside its module: inside the executable, from a table of their texts. */
function embedPage(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /^(browser\/.*\.js|page\.\w+)$/.test(name));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  writeFileSync(
    join(folder, 'page-files.js'),
    `const FILES = ${JSON.stringify(files)};
    export function readFileSync(path) {
      const name = Object.keys(FILES).find((known) => path.replaceAll('\\\\', '/').endsWith('/' + known));
      if (name === undefined) throw new Error('not in the executable: ' + path);
      return FILES[name];
    }`,
  );
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js') && file !== 'page-files.js')) {
    const source = readFileSync(join(folder, name), 'utf8');
    writeFileSync(
      join(folder, name),
      source.replace("{ readFileSync } from 'node:fs'", "{ readFileSync } from './page-files.js'"),
    );
  }
}

function revision() {
  try {
    const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '-dirty');
  } catch {
    return 'unknown';
  }
}

function bundle(entry, output) {
  execFileSync(
    join(fetchPart('@esbuild/linux-x64'), 'bin/esbuild'),
    [
      join(work, entry),
      '--bundle',
      '--platform=node',
      '--format=cjs',
      '--target=node20',
      '--legal-comments=none',
      '--log-level=warning',
      '--define:import.meta.url=__executableUrl',
      `--define:EXE_BUILD=${JSON.stringify({ version, revision: revision() })}`,
      "--banner:js=const __executableUrl = require('node:url').pathToFileURL(process.execPath).href;",
      `--outfile=${join(work, output)}`,
    ],
    { cwd: work, stdio: 'inherit' },
  );
}

/** A file of a foreign part, `[part, path in it]`. */
function partFile([part, path]) {
  return join(fetchPart(part), path);
}

function makeBlob() {
  const blob = join(work, 'sea.blob');
  const config = {
    main: join(work, 'main.js'),
    output: blob,
    disableExperimentalSEAWarning: true,
    // Both are made for the machine that runs this script.
    useSnapshot: false,
    useCodeCache: false,
    ...target.seaOptions,
    assets: {
      'koffi.node': partFile(target.koffi),
      'reader-worker.js': join(work, 'reader-worker.js'),
      'bcrypt-worker.js': join(work, 'bcrypt-worker.js'),
    },
  };
  writeFileSync(join(work, 'sea.json'), JSON.stringify(config));
  execFileSync(partFile(target.blobMaker), ['--experimental-sea-config', join(work, 'sea.json')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return blob;
}

/** Through postject's own module: its command line would need more packages. */
function inject(file, blob) {
  const script = `
    const { inject } = require(${JSON.stringify(join(fetchPart('postject'), 'dist/api.js'))});
    const blob = require('node:fs').readFileSync(${JSON.stringify(blob)});
    inject(${JSON.stringify(file)}, 'NODE_SEA_BLOB', blob, { sentinelFuse: '${FUSE}' });`;
  execFileSync(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'ignore'] });
  const marked = readFileSync(file).includes(`${FUSE}:1`);
  if (!marked) throw new Error('the script was not put into the executable');
}
