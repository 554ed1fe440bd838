import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExporterError } from '../../../errors.ts';

export interface NativePlaces {
  /** The executable: a package puts the library beside it, as `koffi.node`. */
  readonly program: string;
  /** Where it may be written for the moment of loading, the best first. */
  readonly folders: readonly string[];
  /** dlopen; throws when the file cannot be loaded. */
  readonly load: (path: string) => unknown;
}

/**
 * Loads a library with exactly these bytes: the file beside the executable, which only those can replace who can replace the
 * executable itself; else one in a new folder of mode 0700, which is gone again once it is loaded.
 * @throws ExporterError EPH_NETLINK_OPEN when no folder lets it be loaded.
 */
export function loadNative(bytes: Uint8Array, { program, folders, load }: NativePlaces): unknown {
  const beside = join(dirname(program), 'koffi.node');
  if (holds(beside, bytes)) return load(beside);
  const reasons: string[] = [];
  for (const folder of folders) {
    try {
      return loadFrom(folder, bytes, load);
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  const message = `no folder lets a library be loaded (${reasons.join('; ')}); set TMPDIR to one that is not mounted noexec`;
  throw new ExporterError('EPH_NETLINK_OPEN', message);
}

function holds(path: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}

function loadFrom(folder: string, bytes: Uint8Array, load: (path: string) => unknown): unknown {
  const own = mkdtempSync(join(folder, 'ephemeral-port-exporter-'));
  try {
    const path = join(own, 'koffi.node');
    writeFileSync(path, bytes, { flag: 'wx', mode: 0o500 });
    return load(path);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
