// Builds the packages for Linux from the single executable: `npm run build` first, then
// `node scripts/build-packages.js [x64|arm64] [deb|rpm ...]`; the results are in dist-packages. Needs dpkg-deb, rpmbuild.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDeb } from './packages/build-deb.js';
import { buildRpm } from './packages/build-rpm.js';
import { stageFiles } from './packages/stage-files.js';

const ROOT = join(import.meta.dirname, '..');
/** At most 80 characters. */
const SUMMARY = 'Prometheus exporter of ephemeral ports: who uses them up, how long is left';
const BUILDERS = { deb: buildDeb, rpm: buildRpm };

const [arch = 'x64', ...kinds] = process.argv.slice(2);
if (!['x64', 'arm64'].includes(arch)) throw new Error(`no packages for ${arch}; one of x64, arm64`);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const output = join(ROOT, 'dist-packages');
mkdirSync(output, { recursive: true });
execFileSync(process.execPath, [join(ROOT, 'scripts/build-exe.js'), `linux-${arch}`], { stdio: 'ignore' });

const work = mkdtempSync(join(tmpdir(), 'eph-package-'));
try {
  for (const kind of kinds.length === 0 ? Object.keys(BUILDERS) : kinds) {
    const builder = BUILDERS[kind];
    if (builder === undefined) throw new Error(`no package ${kind}; one of ${Object.keys(BUILDERS).join(', ')}`);
    const tree = join(work, kind);
    stageFiles({ root: ROOT, tree, arch, version });
    console.log(builder({ root: ROOT, work, tree, output, arch, version, summary: SUMMARY }));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
