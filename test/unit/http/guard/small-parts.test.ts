import { expect, test } from 'vitest';
import { parseBasicCredentials } from '../../../../src/http/guard/basic-credentials.ts';
import { subjectNames } from '../../../../src/http/guard/client-certificate.ts';
import { createRateLimiter } from '../../../../src/http/guard/rate-limiter.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test.each([
  [basic('alice:secret'), { name: 'alice', password: 'secret' }],
  [basic('alice:a:b'), { name: 'alice', password: 'a:b' }],
  [basic(':'), { name: '', password: '' }],
  [basic('zoë:pä$$'), { name: 'zoë', password: 'pä$$' }],
  [`basic ${Buffer.from('a:b').toString('base64')}`, { name: 'a', password: 'b' }],
  [basic('nocolon'), undefined],
  ['Bearer abc', undefined],
  ['Basic ', undefined],
  ['Basic ÿÿ', undefined],
  ['', undefined],
  [undefined, undefined],
])('credentials of %j', (header, expected) => {
  expect(parseBasicCredentials(header)).toEqual(expected);
});

test.each([
  ['DNS:a.example, DNS:b.example', ['a.example', 'b.example']],
  ['IP Address:192.0.2.7, URI:spiffe://x/y, email:me@example.org', ['192.0.2.7', 'spiffe://x/y', 'me@example.org']],
  ['IP Address:2001:DB8:0:0:0:0:0:1', ['2001:db8::1']],
  ['DNS:"a.example, DNS:b.example"', ['a.example, DNS:b.example']],
  ['DNS:"a\\"b", DNS:c', ['a"b', 'c']],
  ['DirName:"CN=a", DNS:c', ['c']],
  ['', []],
  [undefined, []],
])('names of a certificate in %j', (text, names) => {
  expect(subjectNames(text)).toEqual(names);
});

test('a bucket gives its burst, then one request an interval, and never more than its burst', () => {
  let nowMs = 0;
  const { take } = createRateLimiter(() => nowMs);
  const limit = { intervalMs: 100, burst: 3 };
  expect([1, 2, 3, 4].map(() => take(limit))).toEqual([true, true, true, false]);
  nowMs = 99;
  expect(take(limit)).toBe(false);
  nowMs = 101;
  expect([take(limit), take(limit)]).toEqual([true, false]);
  nowMs = 1_000_000;
  expect([1, 2, 3, 4].map(() => take(limit))).toEqual([true, true, true, false]);
  expect(take({ intervalMs: 100, burst: 1 })).toBe(true);
  expect(take(undefined)).toBe(true);
});
