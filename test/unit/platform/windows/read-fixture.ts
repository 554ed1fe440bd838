import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of a file under test/fixtures/windows. */
export function readFixture(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../../../fixtures/windows', name));
}
