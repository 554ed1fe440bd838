import type { SecureVersion } from 'node:tls';

/** What the server asks of a client's certificate, by the names of Go's `ClientAuthType`. */
export type ClientAuth =
  | 'NoClientCert'
  | 'RequestClientCert'
  | 'RequireAnyClientCert'
  | 'VerifyClientCertIfGiven'
  | 'RequireAndVerifyClientCert';

/** Certificates and rules of TLS, read and checked; what holds secrets never goes into a log or an answer. */
export interface TlsConfig {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  readonly clientAuth: ClientAuth;
  /** PEM; absent: none to verify clients with. */
  readonly clientCa?: string;
  /** Empty: every name. */
  readonly allowedSans: readonly string[];
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
  /** In OpenSSL's syntax; absent: the defaults of Node. */
  readonly ciphers?: string;
  readonly honorCipherOrder: boolean;
  /** In OpenSSL's syntax; absent: the defaults of Node. */
  readonly curves?: string;
}

/** A token bucket: one request more each interval, at most `burst` at once. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** What `--web.config.file` holds: how the TCP listeners protect themselves. The control socket has no part in it. */
export interface WebConfig {
  /** Absent: plain HTTP. */
  readonly tls?: TlsConfig;
  readonly http2: boolean;
  /** Headers of every answer, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hash of each user's password; empty: no password is asked for. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit?: RateLimit;
}

export const OPEN_WEB: WebConfig = { http2: true, headers: {}, users: new Map() };
