import { z } from 'zod';
import { addIssue } from '../config-problem.ts';
import { CIPHERS, CURVES, TLS_VERSIONS, type TlsVersion } from './tls-names.ts';
import type { ClientAuth } from './web-config.ts';

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

/** Of `tls_server_config`, which of two keys says the same thing. */
const INLINE_OR_FILE = [
  ['cert', 'cert_file'],
  ['key', 'key_file'],
  ['client_ca', 'client_ca_file'],
] as const;

/** More names than that are a mistake. */
const MOST = 1000;

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

/** `tls_server_config`, as far as it can be judged without its files. */
export const TLS_SECTION: z.ZodType<TlsSection> = z
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
