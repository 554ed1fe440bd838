import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  writeFileSync(join(directory, 'far', 'c'), 'longer');
  await expect.poll(() => changes).toBeGreaterThan(0);
  watch.close();
});

test('a directory that appears later is no error', async () => {
  const file = join(directory, 'later', 'c');
  let changes = 0;
  const watch = watchFile({ file, onChange: () => changes++, pollMs: 20 });
  mkdirSync(join(directory, 'later'));
  await new Promise((resolve) => setTimeout(resolve, 60));
  writeFileSync(file, 'one');
  await expect.poll(() => changes).toBeGreaterThan(0);
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
