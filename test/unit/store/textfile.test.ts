import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTextfile, type Textfile, type TextfileFs } from '../../../src/store/textfile.ts';

let root: string;
let path: string;
let now: number;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eph-textfile-'));
  path = join(root, 'ports.prom');
  now = 0;
});
afterEach(() => rmSync(root, { recursive: true }));

const create = (fs: Partial<TextfileFs> = {}): Textfile =>
  createTextfile({ path, fs: { open, rename, rm, ...fs }, nowMs: () => now });
const offer = (file: Textfile, text: string): Promise<void> => file.offer(async () => text);
const failing = async (): Promise<never> => {
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
};

test('the file appears whole, for every user to read, and alone in its directory', async () => {
  const before = process.umask(0o077);
  await offer(create(), 'a 1\n');
  process.umask(before);
  expect(readFileSync(path, 'utf8')).toBe('a 1\n');
  expect(statSync(path).mode & 0o777).toBe(0o644);
  expect(readdirSync(root)).toEqual(['ports.prom']);
});

test('it is replaced at most every 15 s, and rendered no more often', async () => {
  const file = create();
  let rendered = 0;
  const render = async () => `n ${++rendered}\n`;
  for (now = 0; now <= 30_000; now += 5_000) await file.offer(render);
  expect(rendered).toBe(3);
  expect(readFileSync(path, 'utf8')).toBe('n 3\n');
});

test('a reader that opened the old file reads it to its end', async () => {
  const file = create();
  await offer(file, 'old 1\n');
  const reader = await open(path);
  now = 15_000;
  await offer(file, 'new 1\n');
  expect(await reader.readFile('utf8')).toBe('old 1\n');
  await reader.close();
});

test('a disk that fails is a problem until it works again; the old file stays meanwhile', async () => {
  let isFull = false;
  const file = create({ rename: (from, to) => (isFull ? failing() : rename(from, to)) });
  await offer(file, 'old 1\n');
  expect(file.problems()).toEqual([]);
  isFull = true;
  now = 15_000;
  await offer(file, 'lost 1\n');
  expect(file.problems()).toEqual([
    {
      piece: 'textfile',
      code: 'EPH_TEXTFILE_WRITE',
      message: `cannot write ${path}: ENOSPC: no space left on device, write; the old file stays until this works again`,
    },
  ]);
  expect(readFileSync(path, 'utf8')).toBe('old 1\n');
  expect(readdirSync(root)).toEqual(['ports.prom']);
  isFull = false;
  now = 30_000;
  await offer(file, 'new 1\n');
  expect([file.problems(), readFileSync(path, 'utf8')]).toEqual([[], 'new 1\n']);
});

test('a directory that is not there is a problem, not an exception', async () => {
  path = join(root, 'none/ports.prom');
  const file = create();
  await offer(file, 'a 1\n');
  expect(file.problems()[0]?.message).toContain('ENOENT');
});

test('a disk that hangs holds up nobody: offers meanwhile are let go', async () => {
  let finish: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const file = create({ rename: (from, to) => gate.then(() => rename(from, to)) });
  const first = offer(file, 'first 1\n');
  now = 60_000;
  await offer(file, 'second 1\n');
  finish();
  await first;
  expect(readFileSync(path, 'utf8')).toBe('first 1\n');
});

test('what lies beside it is not followed: neither a left-over nor a link that somebody laid', async () => {
  const elsewhere = join(root, 'elsewhere');
  writeFileSync(elsewhere, 'untouched');
  chmodSync(elsewhere, 0o600);
  symlinkSync(elsewhere, `${path}.new`);
  await offer(create(), 'a 1\n');
  expect(readFileSync(elsewhere, 'utf8')).toBe('untouched');
  expect(statSync(elsewhere).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toBe('a 1\n');
});

test('what cannot be rendered is a defect and thrown on', async () => {
  const file = create();
  await expect(file.offer(() => Promise.reject(new TypeError('a defect')))).rejects.toThrow('a defect');
});
