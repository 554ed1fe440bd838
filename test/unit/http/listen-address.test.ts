import { expect, test } from 'vitest';
import { formatListenAddress, parseListenAddress } from '../../../src/http/listen-address.ts';

test.each([
  [':10071', { port: 10_071 }],
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['localhost:65535', { host: 'localhost', port: 65_535 }],
  ['[::1]:80', { host: '::1', port: 80 }],
  ['[::]:80', { host: '::', port: 80 }],
  ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
])('%s is an address, and is written the same way', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
  expect(formatListenAddress(address)).toBe(text);
});

test.each([
  '',
  ':',
  '80',
  'localhost',
  ':65536',
  '::1:80',
  '[::1]',
  '[localhost]:80',
  '[1.2.3.4]:80',
  ':-1',
  'a b:80',
  'http://x:80',
  ':80/',
])('%j is none', (text) => {
  expect(parseListenAddress(text)).toBeUndefined();
});
