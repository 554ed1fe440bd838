import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseYaml } from '../../src/config/parse-yaml.ts';
import { parseGoDuration } from '../../src/config/web/go-duration.ts';
import { WEB_SCHEMA } from '../../src/config/web/web-schema.ts';
import { parseBasicCredentials } from '../../src/http/guard/basic-credentials.ts';
import { subjectNames } from '../../src/http/guard/client-certificate.ts';
import { namesForeignHost, requestScope } from '../../src/http/request-scope.ts';

const HASH = '$2y$04$abcdefghijklmnopqrstuuTcKelwC8/Cp0Jn5bxydQ/x8v818cmP6';

/** Files of nearly the right shape. */
const yamlish = fc
  .array(
    fc
      .tuple(
        fc.nat(4),
        fc.constantFrom(
          'tls_server_config',
          'cert',
          'key_file',
          'client_auth_type',
          'client_allowed_sans',
          'cipher_suites',
          'min_version',
          'http_server_config',
          'http2',
          'headers',
          'X-Frame-Options',
          'basic_auth_users',
          'rate_limit',
          'interval',
          'burst',
          '__proto__',
          '- ',
        ),
        fc.oneof(
          fc.constantFrom(
            '',
            'x',
            '5',
            'null',
            '[]',
            '{}',
            'TLS12',
            'deny',
            '1s',
            'true',
            HASH,
            '[TLS13]',
            '*a',
            '&a x',
          ),
          fc.string(),
        ),
      )
      .map(([indent, name, text]) => `${' '.repeat(indent)}${name}: ${text}`),
    { maxLength: 10 },
  )
  .map((lines) => Buffer.from(lines.join('\n')));

test('whatever bytes a web configuration file holds, it is a good one or a coded error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), yamlish), (bytes) => {
      try {
        parseYaml(bytes, 'w.yml', WEB_SCHEMA);
      } catch (error) {
        expect(error).toMatchObject({ code: 'EPH_CONFIG_INVALID' });
      }
    }),
    { numRuns: 500 },
  );
});

test('every user of a file is asked for a password, whatever the name', () => {
  const name = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter((text) => !/[:\p{Cc}]/u.test(text) && text.trim() !== '');
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (names) => {
      const lines = names.map((user) => `  ${JSON.stringify(user)}: ${HASH}\n`).join('');
      const { value } = parseYaml(Buffer.from(`basic_auth_users:\n${lines}`), 'w.yml', WEB_SCHEMA);
      expect([...value.basic_auth_users.keys()].sort()).toEqual([...names].sort());
    }),
  );
});

test('credentials come back as they were sent', () => {
  const name = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes(':'));
  fc.assert(
    fc.property(name, fc.string({ unit: 'grapheme' }), (user, password) => {
      const header = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      expect(parseBasicCredentials(header)).toEqual({ name: user, password });
    }),
  );
});

test('a request with a header of a proxy, of another site or for another name is never taken for loopback', () => {
  const other = fc.oneof(
    fc.constantFrom('x-forwarded-for', 'forwarded', 'via', 'x-real-ip').map((name) => ({ [name]: 'x' })),
    fc
      .string()
      .filter((site) => site !== 'none' && site !== 'same-origin')
      .map((site) => ({ 'sec-fetch-site': site })),
    fc.webUrl().map((url) => ({ origin: new URL(url).origin })),
    fc.domain().map((host) => ({ host })),
  );
  fc.assert(
    fc.property(other, (headers) => {
      const all = { host: 'localhost', ...headers };
      const origin = { transport: 'tcp', isAuthenticated: false, remoteAddress: '127.0.0.1', headers: all } as const;
      expect(requestScope(origin)).toBe('remote');
    }),
  );
});

test('no text makes the small parsers throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parseBasicCredentials(text);
      subjectNames(text);
      parseGoDuration(text);
      namesForeignHost({ host: text });
    }),
  );
});
