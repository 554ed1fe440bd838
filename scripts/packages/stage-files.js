// What both packages hold, laid out as it will lie under /.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { TARGETS } from '../exe-targets.js';
import { fetchPart } from '../foreign-parts.js';
import { licensesText } from './licenses.js';
import { manPage } from './man-page.js';

const NAME = 'ephemeral-port-exporter';

/** Lays the files out below `tree`. The same commit gives the same times. */
export function stageFiles({ root, tree, arch, version }) {
  const target = TARGETS[`linux-${arch}`];
  const program = `usr/lib/${NAME}/${NAME}`;
  const doc = `usr/share/doc/${NAME}`;
  put(join(root, 'dist-exe', target.file), program, 0o755);
  // Beside the executable it is loaded as it is, on hosts too where every folder for temporary files is mounted noexec.
  const [part, path] = target.koffi;
  put(join(fetchPart(part), path), `usr/lib/${NAME}/koffi.node`, 0o644);
  put(join(root, `deploy/systemd/${NAME}.service`), `usr/lib/systemd/system/${NAME}.service`);
  put(join(root, `deploy/systemd/${NAME}.socket`), `usr/lib/systemd/system/${NAME}.socket`);
  put(join(root, `deploy/systemd/${NAME}.default`), `etc/default/${NAME}`);
  for (const name of readdirSync(join(root, 'deploy/systemd/drop-ins'))) {
    put(join(root, 'deploy/systemd/drop-ins', name), `${doc}/systemd/${name}`);
  }
  put(join(root, 'CHANGELOG.md'), `${doc}/CHANGELOG.md`);
  put(join(root, 'deploy/deb/copyright'), `${doc}/copyright`);
  write(`${doc}/THIRD-PARTY-LICENSES`, licensesText(root, fetchPart(target.node[0])));
  write(`usr/share/man/man8/${NAME}.8.gz`, gzipSync(manPage(root, version), { level: 9 }));
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  symlinkSync(`../lib/${NAME}/${NAME}`, join(tree, 'usr/bin', NAME));

  function put(from, to, mode = 0o644) {
    const file = join(tree, to);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(from, file);
    chmodSync(file, mode);
    const { mtime } = statSync(from);
    utimesSync(file, mtime, mtime);
  }

  function write(to, bytes) {
    const file = join(tree, to);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode: 0o644 });
  }
}
