import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLiveFile } from '../../../src/config/live-file.ts';
import { parseGoDuration } from '../../../src/config/web/go-duration.ts';
import { loadWebConfig } from '../../../src/config/web/load-web-config.ts';
import { CIPHERS } from '../../../src/config/web/tls-names.ts';
import { OPEN_WEB } from '../../../src/config/web/web-config.ts';
import { createLog } from '../../../src/log.ts';
import { makeCertificate } from '../../helpers/make-certificate.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/web-config', import.meta.url));
const HASH = '$2y$04$abcdefghijklmnopqrstuuFJ5YxCBcNSzHTTqpHN0qRjcs7Do5LLe';
const PAIR = 'cert_file: server.crt, key_file: server.key';

let directory: string;
const server = makeCertificate({ name: 'localhost', sans: ['DNS:localhost'] });
const other = makeCertificate({ name: 'other' });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'eph-web-config-'));
  cpSync(FIXTURES, directory, { recursive: true });
  const broken = `${server.cert.slice(0, 200)}AAAA${server.cert.slice(204)}`.replace(
    /\n[^\n]+\n-----END/,
    '\n-----END',
  );
  const files = { 'server.crt': server.cert, 'server.key': server.key, 'other.key': other.key, 'broken.crt': broken };
  for (const [name, content] of Object.entries({ ...files, 'junk.pem': 'junk\n' })) write(name, content);
});

afterAll(() => rmSync(directory, { recursive: true }));

function write(name: string, content: string): string {
  const file = join(directory, name);
  writeFileSync(file, content);
  return file;
}

/** Problems as they are told, without the file's path. */
async function problemsOf(name: string): Promise<string[]> {
  const file = join(directory, name);
  const error: Error & { code?: string } = await loadWebConfig(file).then(
    () => new Error('it was taken'),
    (thrown) => thrown,
  );
  expect([error.code, error.message]).toEqual(['EPH_CONFIG_INVALID', expect.any(String)]);
  return error.message.split('\n').map((line) => line.replace(`${file}:`, '').replaceAll(directory, '.'));
}

const TOLD: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  junk: [/^1:1: the file: must be a mapping, not string "hwfgtw" \(wrong-type\)$/],
  'yaml-syntax': [/^1:32: .*\(yaml-syntax\)$/],
  'duplicate-key': [/^2:1: .*\(duplicate-key\)$/],
  'unknown-section': ['1:1: unknown key "tls_config" in the file; remove or correct it (unknown-key)'],
  'unknown-key': ['4:3: unknown key "client_fingerprint" in tls_server_config; remove or correct it (unknown-key)'],
  'empty-section': [/^1:\d+: tls_server_config: must be a mapping, not empty \(wrong-type\)$/],
  'cert-file-empty': ['2:14: tls_server_config.cert_file: must not be empty (bad-text)'],
  'cert-file-absent': [
    /^2:14: tls_server_config\.cert_file: cannot be read: ENOENT.*absent\.crt' \(unreadable-file\)$/,
  ],
  'key-file-empty': ['3:13: tls_server_config.key_file: must not be empty (bad-text)'],
  'key-file-absent': [/^3:13: tls_server_config\.key_file: cannot be read: ENOENT.*absent\.key' \(unreadable-file\)$/],
  'files-absent': [/^2:14: .*absent\.crt' \(unreadable-file\)$/, /^3:13: .*absent\.key' \(unreadable-file\)$/],
  'cert-alone': ['2:3: tls_server_config: needs key or key_file; without them there is no TLS (missing-key)'],
  'key-alone': ['2:3: tls_server_config: needs cert or cert_file; without them there is no TLS (missing-key)'],
  'no-pair': [
    '2:3: tls_server_config: needs cert or cert_file; without them there is no TLS (missing-key)',
    '2:3: tls_server_config: needs key or key_file; without them there is no TLS (missing-key)',
  ],
  'inline-cert-empty': ['2:9: tls_server_config.cert: must not be empty (bad-text)'],
  'inline-and-file': ['4:14: tls_server_config.cert_file: give either cert or cert_file (conflict)'],
  'cert-no-pem': ['2:14: tls_server_config.cert_file: holds no certificate in PEM form (bad-certificate)'],
  'cert-broken': [
    /^2:14: tls_server_config\.cert_file: holds a certificate that cannot be understood: .*\(bad-certificate\)$/,
  ],
  'key-no-pem': [/^3:13: tls_server_config\.key_file: is not the private key .*\(bad-certificate\)$/],
  'pair-mismatched': [/^3:13: tls_server_config\.key_file: is not the private key .*mismatch.*\(bad-certificate\)$/],
  'client-auth-type': [
    /^4:21: tls_server_config\.client_auth_type: must be one of NoClientCert, .*RequireAndVerifyClientCert \(bad-value\)$/,
  ],
  'client-ca-absent': [/^5:19: tls_server_config\.client_ca_file: cannot be read: ENOENT.*\(unreadable-file\)$/],
  'client-ca-empty': ['5:19: tls_server_config.client_ca_file: holds no certificate in PEM form (bad-certificate)'],
  'client-ca-inline-empty': ['5:14: tls_server_config.client_ca: holds no certificate in PEM form (bad-certificate)'],
  'client-ca-unused': [
    '4:19: tls_server_config.client_ca_file: says whom to trust, but client_auth_type asks for no certificate (conflict)',
  ],
  'client-ca-missing': [/^4:21: tls_server_config\.client_auth_type: .*needs client_ca .*\(missing-key\)$/],
  'sans-no-client-auth': [/^4:24: tls_server_config\.client_allowed_sans: needs a client_auth_type .*\(conflict\)$/],
  'sans-optional-cert': [/^7:5: tls_server_config\.client_allowed_sans: needs a client_auth_type .*\(conflict\)$/],
  cipher: [/^6:7: tls_server_config\.cipher_suites\[1\]: must be one of TLS_AES_128_GCM_SHA256, .*\(bad-value\)$/],
  'cipher-http2': [/^4:18: tls_server_config\.cipher_suites: lacks TLS_ECDHE_RSA_WITH_AES_128_GCM.*\(conflict\)$/],
  curve: [
    '4:31: tls_server_config.curve_preferences[1]: must be one of CurveP256, CurveP384, CurveP521, X25519 (bad-value)',
  ],
  version: ['4:16: tls_server_config.min_version: must be one of TLS10, TLS11, TLS12, TLS13 (bad-value)'],
  'version-order': ['4:16: tls_server_config.min_version: is newer than max_version, TLS12 (conflict)'],
  'header-unknown': ['3:5: unknown key "Server" in http_server_config.headers; remove or correct it (unknown-key)'],
  'header-frame-options': [
    '3:22: http_server_config.headers.X-Frame-Options: must be one of deny, sameorigin (bad-value)',
  ],
  'header-content-type-options': [
    '3:29: http_server_config.headers.X-Content-Type-Options: must be one of nosniff (bad-value)',
  ],
  'header-lines': [
    '3:32: http_server_config.headers.Strict-Transport-Security: must be one line of ASCII (wrong-type)',
  ],
  'http2-type': ['2:10: http_server_config.http2: must be true or false, not string "yes" (wrong-type)'],
  'user-hash': [/^3:8: basic_auth_users\.bob: is not a bcrypt hash .*\(bad-hash\)$/],
  'user-cost': ['2:10: basic_auth_users.alice: has cost 31; use one from 4 to 16, 10 is usual (bad-hash)'],
  'user-name': [/^2:10: basic_auth_users\.a:b: a user name .* cannot hold a colon .*\(bad-text\)$/],
  'users-list': [/^2:3: basic_auth_users: must be a mapping of names to bcrypt hashes.*\(wrong-type\)$/],
  'users-empty': [/^1:\d+: basic_auth_users: must be a mapping of names .*\(wrong-type\)$/],
  'rate-interval': ['2:13: rate_limit.interval: must be a duration such as 1s, 250ms or 1m30s (bad-value)'],
  'rate-number': ['2:13: rate_limit.interval: must be a text, not number 5; quote it (wrong-type)'],
  'rate-burst': ['2:3: rate_limit: burst must be 1 or more: with 0 no request would be answered (conflict)'],
  'rate-type': [/^3:10: rate_limit\.burst: must be a whole number, not number 1\.5 \(wrong-type\)$/],
};

test.each(Object.entries(TOLD))('a file that breaks the rule %s is told so at its place', async (name, told) => {
  const problems = await problemsOf(`invalid-${name}.yml`);
  expect(problems).toEqual(told.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))));
});

test('every bad fixture is among them', () => {
  const names = readdirSync(FIXTURES).flatMap((name) => /^invalid-(.+)\.yml$/.exec(name)?.[1] ?? []);
  expect(names.sort()).toEqual(Object.keys(TOLD).sort());
});

test('no problem repeats what is secret', async () => {
  const key = other.key.trimEnd().replaceAll('\n', '\n    ');
  write(
    'secret.yml',
    `tls_server_config:\n  cert_file: server.crt\n  key: |\n    ${key}\nbasic_auth_users: {a: hunter2}\n`,
  );
  const told = (await problemsOf('secret.yml')).join('\n');
  expect(told).not.toContain('hunter2');
  write('secret.yml', `tls_server_config:\n  cert_file: server.crt\n  key: |\n    ${key}\n`);
  expect((await problemsOf('secret.yml')).join('\n')).not.toContain(other.key.split('\n')[1] ?? 'no key');
});

describe('a good file', () => {
  test('may be empty: nothing is asked of anybody', async () => {
    expect(await loadWebConfig(write('empty.yml', ''))).toEqual(OPEN_WEB);
  });

  test('names its files relative to itself and tells which it read', async () => {
    const reads: string[] = [];
    const web = await loadWebConfig(write('files.yml', `tls_server_config: {${PAIR}}\n`), (path) => reads.push(path));
    expect(web.tls).toEqual({
      cert: server.cert,
      key: server.key,
      clientAuth: 'NoClientCert',
      allowedSans: [],
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      honorCipherOrder: true,
    });
    expect(reads).toEqual([join(directory, 'server.crt'), join(directory, 'server.key')]);
  });

  test('may hold certificates itself, and every name that the format has', async () => {
    const lines = (pem: string) => pem.trimEnd().replaceAll('\n', '\n    ');
    const web = await loadWebConfig(
      write(
        'inline.yml',
        `tls_server_config:
  cert: |
    ${lines(server.cert)}
  key: |
    ${lines(server.key)}
  client_ca: |
    ${lines(other.cert)}
  client_auth_type: RequireClientCert
  client_allowed_sans: [prometheus.example]
  min_version: TLS10
  max_version: TLS12
  cipher_suites: [${CIPHERS.join(', ')}]
  curve_preferences: [X25519, CurveP521, CurveP384, CurveP256]
  prefer_server_cipher_suites: false
http_server_config:
  http2: false
  headers:
    Content-Security-Policy: default-src 'self'
    X-Frame-Options: sameorigin
    X-Content-Type-Options: nosniff
    X-XSS-Protection: ''
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  alice: ${HASH}
  __proto__: ${HASH.replace('2y', '2a')}
  '7': ${HASH.replace('2y', '2b')}
rate_limit: {interval: 1m30s, burst: 20}
`,
      ),
    );
    expect(web.tls).toMatchObject({ clientAuth: 'RequireAnyClientCert', allowedSans: ['prometheus.example'] });
    expect(web.tls).toMatchObject({ curves: 'X25519:P-521:P-384:P-256', minVersion: 'TLSv1', maxVersion: 'TLSv1.2' });
    expect(web.tls?.ciphers?.split(':')).toHaveLength(CIPHERS.length);
    expect(web.tls?.clientCa?.trim()).toBe(other.cert.trim());
    expect(web.headers).toEqual({
      'content-security-policy': "default-src 'self'",
      'x-frame-options': 'sameorigin',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000',
    });
    expect([...web.users.keys()].sort()).toEqual(['7', '__proto__', 'alice']);
    expect([web.http2, web.rateLimit]).toEqual([false, { intervalMs: 90_000, burst: 20 }]);
  });

  test('with an interval of 0 limits nothing', async () => {
    expect((await loadWebConfig(write('rate.yml', 'rate_limit: {interval: 0, burst: 3}\n'))).rateLimit).toBeUndefined();
  });
});

test('a changed certificate is a change; a bad one leaves the old in force, and its repair is seen', async () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', format: 'json', write: (line) => lines.push(line), wallMs: () => 0 });
  const file = write('live.yml', 'tls_server_config: {cert_file: live.crt, key_file: live.key}\n');
  write('live.crt', server.cert);
  write('live.key', server.key);
  const options = { empty: OPEN_WEB, load: loadWebConfig, onChange: () => {}, log, wallMs: () => 5 };
  const live = await openLiveFile({ file, ...options });
  try {
    write('live.crt', other.cert);
    await expect.poll(() => live.state().lastReloadSuccessful, { timeout: 15_000 }).toBe(false);
    expect(live.current().tls?.cert).toBe(server.cert);
    expect(lines.at(-1)).toContain(`${file}:1:`);
    write('live.key', other.key);
    await expect.poll(() => live.current().tls?.key, { timeout: 15_000 }).toBe(other.key);
    expect(live.state().lastReloadSuccessful).toBe(true);
  } finally {
    live.close();
  }
});

test.each([
  ['1s', 1000],
  ['1.5s', 1500],
  ['1m30s', 90_000],
  ['2h', 7_200_000],
  ['250ms', 250],
  ['100µs', 0.1],
  ['0', 0],
  ['0s', 0],
  ['', undefined],
  ['5', undefined],
  ['-1s', undefined],
  ['1 s', undefined],
  ['1d', undefined],
])('Go duration %j is %s ms', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});
