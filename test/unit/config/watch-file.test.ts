import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchFile } from '../../../src/config/watch-file.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eph-watch-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('a change behind a link into another directory is seen by polling', async () => {
  mkdirSync(join(directory, 'far'));
  mkdirSync(join(directory, 'near'));
  writeFileSync(join(directory, 'far', 'c'), 'one');
  symlinkSync('../far/c', join(directory, 'near', 'c'));
  let changes = 0;
  const watch = watchFile({ file: join(directory, 'near', 'c'), onChange: () => changes++, pollMs: 20 });
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(changes).toBe(0);
  await expectChange(join(directory, 'far', 'c'), () => changes);
  watch.close();
});

test('a directory that appears later is no error', async () => {
  const file = join(directory, 'later', 'c');
  let changes = 0;
  const watch = watchFile({ file, onChange: () => changes++, pollMs: 20 });
  mkdirSync(join(directory, 'later'));
  await expectChange(file, () => changes);
  watch.close();
});

test('events of other files in the directory are no change', async () => {
  const file = join(directory, 'c');
  writeFileSync(file, 'one');
  let changes = 0;
  const watch = watchFile({ file, onChange: () => changes++, settleMs: 1, pollMs: 20 });
  writeFileSync(join(directory, 'other'), 'x');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(changes).toBe(0);
  watch.close();
});

/** Writes until it is seen: the first look, which a change must follow, may come late on a busy machine. */
async function expectChange(file: string, changes: () => number): Promise<void> {
  await expect
    .poll(
      () => {
        appendFileSync(file, 'more');
        return changes();
      },
      { timeout: 15_000 },
    )
    .toBeGreaterThan(0);
}
