import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text of a file below the proc root; empty when it cannot be read. */
export type ReadProcText = (file: string) => string;

export function openProcTexts(procfs: string): ReadProcText {
  return (file) => {
    try {
      return readFileSync(join(procfs, file), 'utf8');
    } catch {
      return '';
    }
  };
}
