// Packs the single executable for Windows: an MSI through Debian's wixl (x64; it knows no arm64), and a zip with a sample
// configuration. `node scripts/build-exe.js ARCH` first, then `node scripts/build-msi.js [x64|arm64]`; results are in dist-exe/.
// Needs the Debian packages wixl, msitools and zip.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeFileName } from '../dist/platform/windows/single-exe/extract-native.js';
import { fetchPart } from './foreign-parts.js';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist-exe');
const SOURCES = join(ROOT, 'deploy/windows');

/** Properties that a person may give; WIX_* are those of the upgrade. */
const SECURE = ['LISTEN_ADDR', 'LISTEN_PORT', 'METRICS_PATH', 'CONFIG_FILE', 'EXTRA_FLAGS', 'REMOTE_ADDR'];
const UPGRADE = ['WIX_DOWNGRADE_DETECTED', 'WIX_UPGRADE_DETECTED'];

const arch = process.argv[2] ?? 'x64';
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const name = `ephemeral-port-exporter-${version}-${arch}`;
const work = mkdtempSync(join(tmpdir(), 'eph-msi-'));
try {
  stage();
  for (const target of [packZip(), ...(arch === 'x64' ? [packMsi()] : [])]) {
    console.log(`${target} ${statSync(target).size} bytes`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** What both carry, under the names that both give it. */
function stage() {
  copyFileSync(join(OUT, `ephemeral-port-exporter-${arch}.exe`), join(work, 'ephemeral-port-exporter.exe'));
  copyFileSync(join(SOURCES, 'config.sample.yml'), join(work, 'config.sample.yml'));
  copyFileSync(join(ROOT, 'LICENSE'), join(work, 'LICENSE.txt'));
}

function packZip() {
  const folder = join(work, name);
  mkdirSync(folder);
  const files = ['ephemeral-port-exporter.exe', 'config.sample.yml', 'LICENSE.txt'];
  for (const file of files) copyFileSync(join(work, file), join(folder, file));
  const target = join(OUT, `${name}.zip`);
  rmSync(target, { force: true });
  run('zip', ['-q', '-X', '-r', target, name]);
  return target;
}

function packMsi() {
  const native = readFileSync(join(fetchPart(`@koromix/koffi-win32-${arch}`), `win32_${arch}/koffi.node`));
  const nativeName = nativeFileName('koffi', native);
  writeFileSync(join(work, nativeName), native);
  copyFileSync(join(SOURCES, 'exporter.wxs'), join(work, 'exporter.wxs'));
  const target = join(OUT, `${name}.msi`);
  rmSync(target, { force: true });
  const values = { Version: version, NativeName: nativeName, NativeGuid: guidOf(nativeName) };
  const defines = Object.entries(values).flatMap(([key, value]) => ['-D', `${key}=${value}`]);
  run('wixl', ['-a', arch, ...defines, '-o', target, 'exporter.wxs']);
  const secure = `UPDATE Property SET Value='${[...SECURE, ...UPGRADE].join(';')}' WHERE Property='SecureCustomProperties'`;
  run('msibuild', [target, '-q', secure]);
  return target;
}

/** The same for the same text, so that another library is another component. */
function guidOf(text) {
  const hex = createHash('sha1').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function run(file, args) {
  execFileSync(file, args, { cwd: work, stdio: ['ignore', 'inherit', 'inherit'] });
}
