// The Debian package, by dpkg-deb. What installing does is in deploy/deb.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** Builds it from the files below `tree`; gives its path. */
export function buildDeb({ root, tree, output, arch, version, summary }) {
  const architecture = ARCHITECTURES[arch];
  const files = regularFiles(tree);
  const control = join(tree, 'DEBIAN');
  mkdirSync(control);
  const kibibytes = Math.ceil(files.reduce((sum, file) => sum + statSync(file).size, 0) / 1024);
  const fields = {
    Package: 'ephemeral-port-exporter',
    Version: version,
    Architecture: architecture,
    Maintainer: 'the ephemeral-port-exporter authors <maintainers@ephemeral-port-exporter.invalid>',
    'Installed-Size': kibibytes,
    // The oldest that the Node inside runs on (readelf -V); nothing else is needed, no nodejs.
    Depends: 'libc6 (>= 2.28), libgcc-s1 (>= 4.2), libstdc++6 (>= 7)',
    Section: 'net',
    Priority: 'optional',
    Description: `${summary}\n${LONG}`,
  };
  const text = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(join(control, 'control'), text.join(''));
  writeFileSync(join(control, 'conffiles'), '/etc/default/ephemeral-port-exporter\n');
  writeFileSync(join(control, 'md5sums'), files.map((file) => `${md5(file)}  ${relative(tree, file)}\n`).join(''));
  for (const script of ['postinst', 'prerm', 'postrm']) {
    copyFileSync(join(root, 'deploy/deb', script), join(control, script));
    chmodSync(join(control, script), 0o755);
  }
  const file = join(output, `ephemeral-port-exporter_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z9', '--no-uniform-compression', '--build', tree, file], {
    stdio: 'pipe',
  });
  return file;
}

const LONG = ` Counts the ports of the dynamic range by process and state, ports that are
 bound and nothing else included, tells which are stuck and what they last
 talked to, and how long is left until none is free. Serves it as metrics for
 Prometheus, on a status page and at the console.`;

function regularFiles(tree) {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function md5(file) {
  return createHash('md5').update(readFileSync(file)).digest('hex');
}
