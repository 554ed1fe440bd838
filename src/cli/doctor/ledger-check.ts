import { readFile, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Finding, failure, ok, warning } from '../../platform/check.ts';
import { unsealFile } from '../../store/ledger-codec.ts';
import { durationText } from '../inspect/quantities.ts';
import { isWritableDirectory } from './writable-directory.ts';

/** Images of a full host are up to 2 MB, written beside the old ones; a disk with less room is about to be full. */
const LEAST_FREE_BYTES = 32_000_000;

/** Whether what is remembered survives a restart: the directory, its room, and the last ledger in it. */
export async function checkLedger(directory: string, wallMs: number): Promise<Finding> {
  if (directory === '') {
    const why = 'ages and stuck ports are forgotten with each restart: no directory is given';
    return warning(
      why,
      '--ledger.path=/var/lib/ephemeral-port-exporter (systemd: StateDirectory=ephemeral-port-exporter)',
    );
  }
  const present = await nearestPresent(directory);
  if (!(await isWritableDirectory(present))) {
    return failure(
      `${present} cannot be written by this user`,
      `install -d -m 700 -o USER ${directory}, USER being that of the exporter`,
    );
  }
  const freeBytes = await freeBytesAt(present);
  if (freeBytes < LEAST_FREE_BYTES) {
    return failure(`${present} has ${Math.floor(freeBytes / 1e6)} MB left`, `make room: df -h ${present}`);
  }
  return present === directory ? lastLedger(join(directory, 'ledger.bin'), wallMs) : ok(`${directory} will be made`);
}

/** The directory itself, or the nearest above it that is there. */
async function nearestPresent(directory: string): Promise<string> {
  const isThere = await stat(directory).then(
    () => true,
    () => false,
  );
  return isThere || dirname(directory) === directory ? directory : nearestPresent(dirname(directory));
}

async function freeBytesAt(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

async function lastLedger(path: string, wallMs: number): Promise<Finding> {
  let file: Buffer;
  try {
    file = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return ok(`${dirname(path)} can be written; there is no ledger in it yet`);
    return failure(`${path} cannot be read: ${code}`, `chown USER ${path}, USER being that of the exporter`);
  }
  const found = unsealFile(file);
  const remedy = 'nothing need be done: at its start the exporter sets the file aside and begins anew';
  if (found.kind === 'newer') return warning(`${path} was written by a newer version (${found.version})`, remedy);
  if (found.kind === 'damaged') return warning(`${path} is damaged: ${found.why}`, remedy);
  const age = durationText(wallMs - (await stat(path)).mtimeMs);
  return ok(`${path} is whole, ${Math.ceil(file.length / 1000)} kB, written ${age} ago`);
}
