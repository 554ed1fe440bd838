import { appendFileSync, renameSync, statSync } from 'node:fs';

/** Two files of this size at most: a service has nobody who looks after its log. */
const LONGEST_LOG_BYTES = 10 * 1024 * 1024;

/** Appends text to a file; when it is full it becomes `FILE.1`. A log that cannot be written is lost, and nothing else. */
export function createServiceLog(path: string, longestBytes: number = LONGEST_LOG_BYTES): (text: string) => void {
  return (text) => {
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > longestBytes) renameSync(path, `${path}.1`);
      appendFileSync(path, text);
    } catch {
      // A full disk must not stop the measuring.
    }
  };
}
