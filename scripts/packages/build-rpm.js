// The RPM package, by rpmbuild, which finds the libraries that it needs by itself. What installing does is in deploy/rpm.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ARCHITECTURES = { x64: 'x86_64', arm64: 'aarch64' };

/** Builds it from the files below `tree`; gives its path. */
export function buildRpm({ root, work, tree, output, arch, version, summary }) {
  const architecture = ARCHITECTURES[arch];
  const defines = { _topdir: join(work, 'rpmbuild'), epx_tree: tree, epx_version: version, epx_summary: summary };
  const args = Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  const spec = join(root, 'deploy/rpm/ephemeral-port-exporter.spec');
  execFileSync('rpmbuild', ['-bb', '--target', `${architecture}-linux`, ...args, spec], { stdio: 'pipe' });
  const folder = join(work, 'rpmbuild/RPMS', architecture);
  const [name] = readdirSync(folder);
  copyFileSync(join(folder, name), join(output, name));
  return join(output, name);
}
