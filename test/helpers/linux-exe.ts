import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FILE = join(ROOT, 'dist-exe/ephemeral-port-exporter-linux-x64');

/** Path of the single executable of this build; makes it when it is missing or older than the build. */
export function linuxExecutable(): string {
  const builtAt = statSync(join(ROOT, 'dist/build-info.json')).mtimeMs;
  const madeAt = statSync(FILE, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (madeAt < builtAt) {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-exe.js'), 'linux-x64'], { stdio: 'ignore' });
  }
  return FILE;
}

/** Path of the library that the packages put beside it. */
export function nativeLibrary(): string {
  const script = join(ROOT, 'scripts/foreign-parts.js');
  const printed = execFileSync(process.execPath, [script, '@koromix/koffi-linux-x64'], { encoding: 'utf8' });
  return join(printed.trim(), 'linux_x64/koffi.node');
}
