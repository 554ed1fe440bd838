import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const OUT = join(ROOT, 'dist-exe');

/** What they are made from. */
const SOURCES = ['dist', 'deploy/windows', 'scripts'];

/** Version in package.json. */
export const VERSION: string = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string }
).version;

/** Path of a package for Windows that {@link buildWindowsPackages} made. */
export function windowsPackage(kind: 'exe' | 'msi' | 'zip'): string {
  return join(
    OUT,
    kind === 'exe' ? 'ephemeral-port-exporter-x64.exe' : `ephemeral-port-exporter-${VERSION}-x64.${kind}`,
  );
}

/** Builds the executable, the MSI and the zip for x64 by their scripts, unless they are newer than all they are made from. */
export function buildWindowsPackages(): void {
  const [exe, msi] = [windowsPackage('exe'), windowsPackage('msi')];
  const newest = Math.max(...SOURCES.map((folder) => newestIn(join(ROOT, folder))));
  if (existsSync(exe) && existsSync(msi) && Math.min(statSync(exe).mtimeMs, statSync(msi).mtimeMs) > newest) return;
  for (const script of ['build-exe.js', 'build-msi.js']) {
    execFileSync(process.execPath, [join(ROOT, 'scripts', script), 'x64'], { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

/** Rows of a table of the MSI by msiinfo, as objects by the names of its columns. */
export function readMsiTable(name: string): Readonly<Record<string, string>>[] {
  const text = execFileSync('msiinfo', ['export', windowsPackage('msi'), name], { encoding: 'utf8' });
  const [columns = '', , , ...rows] = text.trimEnd().split('\r\n');
  const names = columns.split('\t');
  return rows.map((row) => Object.fromEntries(row.split('\t').map((value, index) => [names[index] ?? '', value])));
}

function newestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs));
}
