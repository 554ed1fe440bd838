import { z } from 'zod';
import { addIssue } from '../config-problem.ts';
import { parseGoDuration } from './go-duration.ts';
import { TLS_SECTION, type TlsSection } from './tls-section.ts';
import { USERS_SECTION } from './users-section.ts';
import type { RateLimit } from './web-config.ts';

/** The whole file. */
export interface WebSection {
  readonly tls_server_config?: TlsSection | undefined;
  readonly http_server_config: { readonly http2: boolean; readonly headers: Readonly<Record<string, string>> };
  readonly basic_auth_users: ReadonlyMap<string, string>;
  readonly rate_limit?: RateLimit | undefined;
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

/** A bare 0 is the one number that needs no unit. */
const duration = z.preprocess((value) => (value === 0 ? '0' : value), z.string());
const rateLimit = z
  .strictObject({ interval: duration.default('0'), burst: z.int().min(0).default(0) })
  .transform(({ interval, burst }, context): RateLimit | undefined => {
    const intervalMs = parseGoDuration(interval);
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
    tls_server_config: TLS_SECTION.optional(),
    http_server_config: z
      .strictObject({ http2: z.boolean().default(true), headers: headers.default({}) })
      .default({ http2: true, headers: {} }),
    basic_auth_users: USERS_SECTION.optional().transform((map): ReadonlyMap<string, string> => map ?? new Map()),
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
