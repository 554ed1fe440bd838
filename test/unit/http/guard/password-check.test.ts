import { expect, test } from 'vitest';
import { createPasswordCheck } from '../../../../src/http/guard/password-check.ts';

const USERS = new Map([
  ['alice', 'hash of a'],
  ['bob', 'hash of b'],
]);

/** Notes what is compared; a hash is `hash of` its password. */
function start(answer: (password: string, hash: string) => Promise<boolean> = async (p, h) => h === `hash of ${p}`) {
  const compared: [password: string, hash: string][] = [];
  const passwords = createPasswordCheck((password, hash) => {
    compared.push([password, hash]);
    return answer(password, hash);
  });
  return { compared, check: passwords.check };
}

test('only the right password of the right user is right', async () => {
  const { check } = start();
  expect(await check(USERS, 'alice', 'a')).toBe('right');
  expect(await check(USERS, 'alice', 'b')).toBe('wrong');
  expect(await check(USERS, 'bob', 'a')).toBe('wrong');
  expect(await check(USERS, 'constructor', 'a')).toBe('wrong');
});

test('who is no user is compared too, always with the same hash, and is wrong even where it matches', async () => {
  const { check, compared } = start();
  for (const password of ['a', 'b', 'c', 'd']) expect(await check(USERS, 'mallory', password)).toBe('wrong');
  expect(compared.map(([password]) => password)).toEqual(['a', 'b', 'c', 'd']);
  const hashes = new Set(compared.map(([, hash]) => hash));
  expect(hashes.size).toBe(1);
  expect([...USERS.values()]).toContain([...hashes][0]);
});

test('unknown names are spread over the hashes, so that none can be told by its cost', async () => {
  const { check, compared } = start();
  for (let n = 0; n < 60; n++) await check(USERS, `nobody-${n}`, 'x');
  expect(new Set(compared.map(([, hash]) => hash)).size).toBe(2);
});

test('a result is remembered, until the hash changes', async () => {
  const { check, compared } = start();
  for (let n = 0; n < 3; n++) expect(await check(USERS, 'alice', 'a')).toBe('right');
  for (let n = 0; n < 3; n++) expect(await check(USERS, 'alice', 'old')).toBe('wrong');
  expect(compared).toHaveLength(2);
  const changed = new Map([...USERS, ['alice', 'hash of new']]);
  expect(await check(changed, 'alice', 'a')).toBe('wrong');
  expect(await check(changed, 'alice', 'new')).toBe('right');
  expect(await check(new Map(), 'alice', 'new').catch(() => 'wrong')).toBe('wrong');
});

test('a flood of guesses does not push out a right password', async () => {
  const { check, compared } = start();
  await check(USERS, 'alice', 'a');
  for (let n = 0; n < 500; n++) await check(USERS, 'alice', `guess ${n}`);
  const before = compared.length;
  expect(await check(USERS, 'alice', 'a')).toBe('right');
  expect(compared).toHaveLength(before);
  // The oldest guesses are forgotten, so memory is bounded; the youngest are not.
  await check(USERS, 'alice', 'guess 499');
  expect(compared).toHaveLength(before);
  await check(USERS, 'alice', 'guess 0');
  expect(compared).toHaveLength(before + 1);
});

test('those who come together with one password share a comparison; too many passwords at once are not compared', async () => {
  const finish: (() => void)[] = [];
  const { check, compared } = start((password, hash) => {
    return new Promise((resolve) => finish.push(() => resolve(hash === `hash of ${password}`)));
  });
  const together = Array.from({ length: 200 }, () => check(USERS, 'alice', 'a'));
  const guesses = Array.from({ length: 15 }, (_, n) => check(USERS, 'bob', `guess ${n}`));
  expect(await check(USERS, 'bob', 'b')).toBe('busy');
  expect(compared).toHaveLength(16);
  for (const done of finish) done();
  expect(new Set(await Promise.all(together))).toEqual(new Set(['right']));
  expect(new Set(await Promise.all(guesses))).toEqual(new Set(['wrong']));
  const late = check(USERS, 'bob', 'b');
  finish.at(-1)?.();
  expect(await late).toBe('right');
});

test('a comparison that fails is not remembered', async () => {
  let fails = true;
  const { check } = start(async (password, hash) => {
    if (fails) throw new Error('the thread ended');
    return hash === `hash of ${password}`;
  });
  await expect(check(USERS, 'alice', 'a')).rejects.toThrow('the thread ended');
  fails = false;
  expect(await check(USERS, 'alice', 'a')).toBe('right');
});
