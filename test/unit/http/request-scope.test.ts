import { describe, expect, test } from 'vitest';
import { maySeeDetails, requestScope } from '../../../src/http/request-scope.ts';

const LOOPBACK_PEERS = ['127.0.0.1', '127.0.0.53', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::FFFF:127.1.2.3'];
const OTHER_PEERS = [
  '192.0.2.1',
  '10.0.0.1',
  '::ffff:192.0.2.1',
  '2001:db8::1',
  'fe80::1',
  '0.0.0.0',
  '::',
  '1.127.0.0',
  '',
  '::1%lo',
];
const LOOPBACK_HOSTS = [
  'localhost',
  'localhost:10071',
  'LOCALHOST:1',
  '127.0.0.1:10071',
  '127.8.8.8',
  '[::1]',
  '[::1]:10071',
];
const OTHER_HOSTS = [
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example:10071',
  'evil.example:127',
  '192.0.2.1:10071',
  '[::2]',
  '[::ffff:127.0.0.1]',
  'localhost:evil',
  '',
  undefined,
];
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'via', 'x-real-ip', 'x-forwarded-host', 'x-forwarded-by-whom'];

function scope(remoteAddress: string | undefined, headers: Record<string, string | undefined>): string {
  return requestScope({ transport: 'tcp', remoteAddress, headers });
}

describe('over TCP', () => {
  test.each(LOOPBACK_PEERS)('%s is loopback with a loopback host only', (peer) => {
    for (const host of LOOPBACK_HOSTS) expect([host, scope(peer, { host })]).toEqual([host, 'loopback']);
    for (const host of OTHER_HOSTS) expect([host, scope(peer, { host })]).toEqual([host, 'remote']);
  });

  test.each([...OTHER_PEERS, undefined])('%s is remote, whatever it says', (peer) => {
    for (const host of [...LOOPBACK_HOSTS, ...OTHER_HOSTS]) expect(scope(peer, { host })).toBe('remote');
    expect(scope(peer, { host: 'localhost', 'x-forwarded-for': '127.0.0.1' })).toBe('remote');
  });

  test.each(PROXY_HEADERS)('a loopback peer with %s is a proxy, even when the header is empty', (name) => {
    for (const value of ['127.0.0.1', 'for=127.0.0.1', '']) {
      expect(scope('127.0.0.1', { host: 'localhost', [name]: value })).toBe('remote');
    }
  });

  test.each([
    ['http://localhost:10071', 'loopback'],
    ['https://[::1]', 'loopback'],
    ['http://127.0.0.1:3000', 'loopback'],
    ['http://evil.example', 'remote'],
    ['null', 'remote'],
    ['', 'remote'],
    ['http://localhost.evil.example', 'remote'],
    ['chrome-extension://localhost', 'remote'],
  ])('a loopback peer with a page of origin %j behind it is %s', (origin, expected) => {
    expect(scope('127.0.0.1', { host: 'localhost', origin })).toBe(expected);
  });
});

test('the control socket is its own scope, whatever the headers say', () => {
  const headers = { host: 'evil.example', 'x-forwarded-for': '192.0.2.1', origin: 'http://evil.example' };
  expect(requestScope({ transport: 'control', remoteAddress: undefined, headers })).toBe('control');
});

test('details are for the control socket and loopback', () => {
  expect((['control', 'loopback', 'remote'] as const).map(maySeeDetails)).toEqual([true, true, false]);
});
