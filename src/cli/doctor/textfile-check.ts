import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Finding, failure, notApplicable, ok, warning } from '../../platform/check.ts';
import { durationText } from '../inspect/quantities.ts';
import { isWritableDirectory } from './writable-directory.ts';

/** A running exporter replaces the file every 15 s, every minute where it samples that seldom. */
const STALE_MS = 180_000;

/** Whether the file for a textfile collector can be written, and is. */
export async function checkTextfile(path: string, isRunning: boolean, wallMs: number): Promise<Finding> {
  if (path === '') return notApplicable('no --output.textfile');
  const directory = dirname(path);
  if (!(await isWritableDirectory(directory))) {
    const remedy = `install -d -m 755 -o USER ${directory}, USER being that of the exporter`;
    return failure(`${directory} is no directory that this user can write to`, remedy);
  }
  const file = await stat(path).catch(() => undefined);
  if (file === undefined) {
    return isRunning
      ? failure(`the running exporter has not written ${path}`, 'see the check exporter, and its log')
      : ok(`${path} will be written`);
  }
  const ageMs = wallMs - file.mtimeMs;
  const age = `${path} was written ${durationText(ageMs)} ago`;
  if (ageMs < STALE_MS) return ok(age);
  if (isRunning) return failure(`${age}, and an exporter runs`, 'see the check exporter, and its log');
  return warning(`${age}: collectors still read it`, `start the exporter, or rm ${path}`);
}
