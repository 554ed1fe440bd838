import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExporterError } from '../../../errors.ts';

/**
 * Path of a file with exactly these bytes, named by their SHA-256, in the first folder that has it or takes it. A file of that
 * name with other bytes is replaced, or passed over where it cannot be.
 * @throws ExporterError EPH_WINDOWS_CALL when no folder takes it.
 */
export function extractNative(name: string, bytes: Uint8Array, folders: readonly string[]): string {
  const file = nativeFileName(name, bytes);
  const reasons: string[] = [];
  for (const folder of folders) {
    const path = join(folder, file);
    if (holds(path, bytes)) return path;
    try {
      mkdirSync(folder, { recursive: true });
      writeWhole(path, bytes);
      return path;
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  const message = `${name} cannot be written beside the executable: ${reasons.join('; ')}`;
  throw new ExporterError('EPH_WINDOWS_CALL', `${message}; run it once as an administrator`);
}

/** Name of a native library that is bound to what it holds. */
export function nativeFileName(name: string, bytes: Uint8Array): string {
  return `${name}-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.node`;
}

function holds(path: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}

/** Another process may load it at any moment: it appears whole or not at all. */
function writeWhole(path: string, bytes: Uint8Array): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, bytes, { flag: 'wx' });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
