import { describe, expect, test } from 'vitest';
import { maySeeDetails, namesForeignHost, requestScope } from '../../../src/http/request-scope.ts';

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
  return requestScope({ transport: 'tcp', isAuthenticated: false, remoteAddress, headers });
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

test.each([
  ['cross-site', 'remote'],
  ['same-site', 'remote'],
  ['nonsense', 'remote'],
  ['same-origin', 'loopback'],
  ['none', 'loopback'],
])('a browser on this host that tells Sec-Fetch-Site %s is %s', (site, expected) => {
  expect(scope('127.0.0.1', { host: 'localhost:10071', 'sec-fetch-site': site })).toBe(expected);
});

describe('with credentials', () => {
  const authenticated = (headers: Record<string, string>) =>
    requestScope({ transport: 'tcp', isAuthenticated: true, remoteAddress: '192.0.2.7', headers });

  test('who asks is authenticated from anywhere, under any name and through a proxy', () => {
    expect(authenticated({ host: 'db1.example:10071' })).toBe('authenticated');
    expect(authenticated({ host: 'db1.example', 'x-forwarded-for': '192.0.2.9' })).toBe('authenticated');
    expect(authenticated({ ':authority': 'db1.example', origin: 'https://db1.example' })).toBe('authenticated');
  });

  test.each([
    { host: 'db1.example', 'sec-fetch-site': 'cross-site' },
    { host: 'db1.example', origin: 'https://evil.example' },
    { host: 'db1.example', origin: 'http://localhost:3000' },
    { host: 'db1.example', origin: 'null' },
  ])('a browser that is sent by another site is not: %j', (headers) => {
    expect(authenticated(headers)).toBe('remote');
  });
});

test('the control socket is its own scope, whatever the headers say', () => {
  const headers = { host: 'evil.example', 'x-forwarded-for': '192.0.2.1', origin: 'http://evil.example' };
  const origin = { transport: 'control', isAuthenticated: false, remoteAddress: undefined, headers } as const;
  expect(requestScope(origin)).toBe('control');
});

test('details are for all but remote clients; where remotes are private, for the control socket alone', () => {
  const scopes = ['control', 'authenticated', 'loopback', 'remote'] as const;
  expect(scopes.map((name) => maySeeDetails(name, 'full'))).toEqual([true, true, true, false]);
  expect(scopes.map((name) => maySeeDetails(name, 'class'))).toEqual([true, false, false, false]);
});

test('a foreign host is a name that another could have pointed here; addresses and no name at all are not', () => {
  const foreign = (host: string | undefined) => namesForeignHost({ host });
  for (const host of [...LOOPBACK_HOSTS, '192.0.2.1', '192.0.2.1:10071', '[2001:db8::1]:1', '[::2]', undefined]) {
    expect([host, foreign(host)]).toEqual([host, false]);
  }
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:10071', 'db1', '']) {
    expect([host, foreign(host)]).toEqual([host, true]);
  }
});
