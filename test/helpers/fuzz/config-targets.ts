import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseFlags } from '../../../src/cli/parse-flags.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { parseYaml } from '../../../src/config/parse-yaml.ts';
import { compilePattern } from '../../../src/config/pattern.ts';
import { parseGoDuration } from '../../../src/config/web/go-duration.ts';
import { WEB_SCHEMA } from '../../../src/config/web/web-schema.ts';
import { type FuzzTarget, fuzzTarget } from './fuzz-target.ts';
import { mutatedText, mutatedTextBytes } from './mutate.ts';

const sample = (name: string): Buffer => readFileSync(new URL(`../../fixtures/config/${name}`, import.meta.url));
const CONFIGS = ['valid-full.yml', 'invalid-aliases.yml', 'invalid-unknown-key.yml'].map(sample);
const WEB_CONFIGS = [
  [
    'http_server_config: { http2: false, headers: { Strict-Transport-Security: max-age=1 } }',
    'basic_auth_users: {}',
    'rate_limit: { interval: 1m30s, burst: 20 }',
  ].join('\n'),
  'tls_server_config:\n  cert_file: a.pem\n  key_file: b.pem\n  min_version: TLS13\n  client_auth_type: NoClientCert\n',
];
const SURROUNDINGS = { env: {}, platform: 'linux', uid: 0 } as const;
const ARGUMENTS = [
  '--web.listen-address=127.0.0.1:1',
  '--sample.interval=1m',
  '--linux.bound-source=pidfd',
  '--no-collector.udp',
  '--stuck.after',
  '1h30m',
  'inspect',
];

/** What an operator writes. */
export const CONFIG_TARGETS: readonly FuzzTarget[] = [
  fuzzTarget('config/load.ts parseConfig', mutatedTextBytes(CONFIGS), (bytes) => parseConfig(bytes, 'c.yml')),
  fuzzTarget('config/parse-yaml.ts parseYaml', mutatedTextBytes(WEB_CONFIGS), (bytes) =>
    parseYaml(bytes, 'web.yml', WEB_SCHEMA),
  ),
  fuzzTarget('config/web/go-duration.ts parseGoDuration', mutatedText(['1m30.5s', '250ms', '0']), parseGoDuration),
  fuzzTarget(
    'config/pattern.ts compilePattern',
    mutatedText(['(?i)leaky-(dns|http)[0-9]{1,3}', 'C:\\\\a\\.exe', '(a+)*b', '.*x.*']),
    compilePattern,
  ),
  fuzzTarget('cli/parse-flags.ts parseFlags', fc.array(mutatedText(ARGUMENTS), { maxLength: 4 }), (argv) =>
    parseFlags(argv, SURROUNDINGS),
  ),
];
