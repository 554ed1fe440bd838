import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { type BcryptThread, createBcryptThread } from '../../../../src/http/guard/bcrypt-thread.ts';

// By libxcrypt 4.4.33, which shares no code with ours.
const DIGEST = 'TcKelwC8/Cp0Jn5bxydQ/x8v818cmP6';
const SALT = 'abcdefghijklmnopqrstuu';
const LONG = '$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i';

let thread: BcryptThread | undefined;

afterEach(() => thread?.close());

/** What bcrypt-worker.ts does, in a language that a thread takes without a build; the built one is met by the end-to-end tests. */
const PROGRAM = `
  const { parentPort } = require('node:worker_threads');
  const { compareSync } = require('bcryptjs');
  parentPort.on('message', ({ id, password, hash }) => parentPort.postMessage({ id, matches: compareSync(password, hash) }));
`;
const comparing = () => new Worker(PROGRAM, { eval: true });

test.each(['2a', '2b', '2y'])('hashes of kind %s are understood', async (kind) => {
  thread = createBcryptThread(comparing);
  const hash = `$${kind}$04$${SALT}${DIGEST}`;
  expect(await thread.compare('pässword of a test', hash)).toBe(true);
  expect(await thread.compare('pässword of a Test', hash)).toBe(false);
  expect(await thread.compare('', hash)).toBe(false);
});

test('as everywhere with bcrypt, what follows 72 bytes does not count', async () => {
  thread = createBcryptThread(comparing);
  expect(await thread.compare('x'.repeat(72), LONG)).toBe(true);
  expect(await thread.compare('x'.repeat(71), LONG)).toBe(false);
});

test('a thread that dies fails what waits for it, and is replaced for what comes after', async () => {
  let started = 0;
  const dying = () =>
    new Worker("require('node:worker_threads').parentPort.once('message', () => process.exit(3))", { eval: true });
  thread = createBcryptThread(() => (++started === 1 ? dying() : comparing()));
  const waiting = [thread.compare('a', LONG), thread.compare('b', LONG)];
  for (const comparison of waiting) await expect(comparison).rejects.toMatchObject({ code: 'EPH_PASSWORD_CHECK' });
  expect(await thread.compare('x'.repeat(72), LONG)).toBe(true);
  expect(started).toBe(2);
});
