import { z } from 'zod';
import { addIssue } from '../config-problem.ts';
import { parseGoDuration } from './go-duration.ts';
import { CIPHERS, CURVES, TLS_VERSIONS, type TlsVersion } from './tls-names.ts';
import type { ClientAuth, RateLimit } from './web-config.ts';

/** `tls_server_config` as it stands in YAML. */
export interface TlsSection {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
  readonly client_ca?: string | undefined;
  readonly client_ca_file?: string | undefined;
  readonly client_auth_type: ClientAuth;
  readonly client_allowed_sans: readonly string[];
  readonly min_version: TlsVersion;
  readonly max_version: TlsVersion;
  readonly cipher_suites: readonly string[];
  readonly curve_preferences: readonly (keyof typeof CURVES)[];
  readonly prefer_server_cipher_suites: boolean;
}

/** The whole file. */
export interface WebSection {
  readonly tls_server_config?: TlsSection | undefined;
  readonly http_server_config: { readonly http2: boolean; readonly headers: Readonly<Record<string, string>> };
  readonly basic_auth_users: ReadonlyMap<string, string>;
  readonly rate_limit?: RateLimit | undefined;
}

/** Of `tls_server_config`, which of two keys says the same thing. */
export const INLINE_OR_FILE = [
  ['cert', 'cert_file'],
  ['key', 'key_file'],
  ['client_ca', 'client_ca_file'],
] as const;

/** More names or users than that are a mistake. */
const MOST = 1000;
/** `$2y$10$` and 53 characters of salt and hash. */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const LEAST_COST = 4;
/** Each step doubles the time: 16 takes some five seconds, half of what a scrape may take. */
const MOST_COST = 16;

const CLIENT_AUTH: Readonly<Record<string, ClientAuth>> = {
  NoClientCert: 'NoClientCert',
  RequestClientCert: 'RequestClientCert',
  RequireAnyClientCert: 'RequireAnyClientCert',
  // The old name, kept by exporter-toolkit.
  RequireClientCert: 'RequireAnyClientCert',
  VerifyClientCertIfGiven: 'VerifyClientCertIfGiven',
  RequireAndVerifyClientCert: 'RequireAndVerifyClientCert',
};

const text = z.string().superRefine((value, context) => {
  if (value.trim() === '') addIssue(context, 'bad-text', 'must not be empty');
  else if (value.includes('\0')) addIssue(context, 'bad-text', 'must not hold a NUL byte');
});
const clientAuth = z
  .enum(Object.keys(CLIENT_AUTH))
  .transform((name): ClientAuth => CLIENT_AUTH[name] ?? 'RequireAndVerifyClientCert');

const tlsSection = z
  .strictObject({
    cert: text.optional(),
    key: text.optional(),
    cert_file: text.optional(),
    key_file: text.optional(),
    client_ca: text.optional(),
    client_ca_file: text.optional(),
    client_auth_type: clientAuth.default('NoClientCert'),
    client_allowed_sans: z.array(text).max(MOST).default([]),
    min_version: z.enum(TLS_VERSIONS).default('TLS12'),
    max_version: z.enum(TLS_VERSIONS).default('TLS13'),
    cipher_suites: z.array(z.enum(CIPHERS)).max(MOST).default([]),
    curve_preferences: z
      .array(z.enum(Object.keys(CURVES) as (keyof typeof CURVES)[]))
      .max(MOST)
      .default([]),
    prefer_server_cipher_suites: z.boolean().default(true),
  })
  .superRefine(checkTls);

function checkTls(tls: TlsSection, context: z.RefinementCtx<unknown>): void {
  for (const [inline, file] of INLINE_OR_FILE) {
    const [isInline, isFile] = [tls[inline] !== undefined, tls[file] !== undefined];
    if (isInline && isFile) addIssue(context, 'conflict', `give either ${inline} or ${file}`, [file]);
    if (!isInline && !isFile && inline !== 'client_ca') {
      addIssue(context, 'missing-key', `needs ${inline} or ${file}; without them there is no TLS`);
    }
  }
  if (tls.min_version > tls.max_version) {
    addIssue(context, 'conflict', `is newer than max_version, ${tls.max_version}`, ['min_version']);
  }
  const hasCa = tls.client_ca !== undefined || tls.client_ca_file !== undefined;
  const auth = tls.client_auth_type;
  if (hasCa && auth === 'NoClientCert') {
    const path = [tls.client_ca === undefined ? 'client_ca_file' : 'client_ca'];
    addIssue(context, 'conflict', 'says whom to trust, but client_auth_type asks for no certificate', path);
  }
  if (!hasCa && (auth === 'VerifyClientCertIfGiven' || auth === 'RequireAndVerifyClientCert')) {
    const message = `${auth} needs client_ca or client_ca_file; else any public authority could let clients in`;
    addIssue(context, 'missing-key', message, ['client_auth_type']);
  }
  if (tls.client_allowed_sans.length > 0 && !auth.startsWith('Require')) {
    const message = 'needs a client_auth_type of RequireAndVerifyClientCert (or RequireAnyClientCert)';
    addIssue(context, 'conflict', message, ['client_allowed_sans']);
  }
}

/** Printable ASCII: what a header may hold. */
const headerText = z.string().regex(/^[\t\x20-\x7e]*$/, 'must be one line of ASCII');
const headers = z
  .strictObject({
    'Content-Security-Policy': headerText.optional(),
    'X-Frame-Options': z.enum(['deny', 'sameorigin']).optional(),
    'X-Content-Type-Options': z.enum(['nosniff']).optional(),
    'X-XSS-Protection': headerText.optional(),
    'Strict-Transport-Security': headerText.optional(),
  })
  .transform((given): Record<string, string> => {
    const set = Object.entries(given).filter(([, value]) => value !== undefined && value !== '');
    return Object.fromEntries(set.map(([name, value]) => [name.toLowerCase(), String(value)]));
  });

/** A plain record would lose a user named `__proto__`, and with the last user the whole protection. */
const users = z.unknown().transform((value, context): ReadonlyMap<string, string> => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    addIssue(
      context,
      'wrong-type',
      'must be a mapping of names to bcrypt hashes; remove the key to ask for no password',
    );
    return z.NEVER;
  }
  const entries = Object.entries(value);
  if (entries.length > MOST) addIssue(context, 'too-many', `holds more than ${MOST} entries`);
  for (const [name, hash] of entries.slice(0, MOST)) {
    const complaint = complaintOfUser(name, hash);
    if (complaint !== undefined) addIssue(context, ...complaint, [name]);
  }
  return new Map(entries);
});

/** Never repeats the hash. */
function complaintOfUser(name: string, hash: unknown): ['bad-text' | 'bad-hash', string] | undefined {
  if (name === '' || /[:\p{Cc}]/u.test(name)) {
    return ['bad-text', 'a user name must not be empty and cannot hold a colon or control characters'];
  }
  const cost = typeof hash === 'string' ? Number(BCRYPT.exec(hash)?.[1] ?? Number.NaN) : Number.NaN;
  if (Number.isNaN(cost)) {
    return ['bad-hash', 'is not a bcrypt hash ($2a$, $2b$ or $2y$); make one with: htpasswd -nBC 10 ""'];
  }
  if (cost >= LEAST_COST && cost <= MOST_COST) return undefined;
  return ['bad-hash', `has cost ${cost}; use one from ${LEAST_COST} to ${MOST_COST}, 10 is usual`];
}

const rateLimit = z
  .strictObject({ interval: z.union([z.string(), z.literal(0)]).optional(), burst: z.int().min(0).optional() })
  .transform(({ interval, burst = 0 }, context): RateLimit | undefined => {
    const intervalMs = parseGoDuration(String(interval ?? 0));
    if (intervalMs === undefined) {
      addIssue(context, 'bad-value', 'must be a duration such as 1s, 250ms or 1m30s', ['interval']);
      return z.NEVER;
    }
    if (intervalMs === 0) return undefined;
    if (burst < 1) addIssue(context, 'conflict', 'burst must be 1 or more: with 0 no request would be answered');
    return { intervalMs, burst };
  });

/** The web configuration file of exporter-toolkit; its keys are as they stand in YAML. */
export const WEB_SCHEMA: z.ZodType<WebSection> = z
  .strictObject({
    tls_server_config: tlsSection.optional(),
    http_server_config: z
      .strictObject({ http2: z.boolean().default(true), headers: headers.default({}) })
      .default({ http2: true, headers: {} }),
    basic_auth_users: users.optional().transform((map): ReadonlyMap<string, string> => map ?? new Map()),
    rate_limit: rateLimit.optional(),
  })
  .superRefine(checkHttp2);

/** RFC 9113 section 9.2.2: with TLS 1.2 every client of HTTP/2 must find this suite. */
function checkHttp2(
  { tls_server_config: tls, http_server_config }: WebSection,
  context: z.RefinementCtx<unknown>,
): void {
  const suites = tls?.cipher_suites ?? [];
  const isNeeded = http_server_config.http2 && suites.length > 0 && tls?.min_version !== 'TLS13';
  if (!isNeeded || suites.some((name) => name.endsWith('_WITH_AES_128_GCM_SHA256'))) return;
  const message =
    'lacks TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (or its ECDSA twin), which HTTP/2 needs; add it or set http2: false';
  addIssue(context, 'conflict', message, ['tls_server_config', 'cipher_suites']);
}
