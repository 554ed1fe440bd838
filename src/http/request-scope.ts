import { isIP } from 'node:net';

/** Who asks: through the control socket, with credentials, from this very host, or anybody else. */
export type RequestScope = 'control' | 'authenticated' | 'loopback' | 'remote';

/** How a request reached us; `loopback` is a TCP listener on a loopback address. */
export type Transport = 'control' | 'loopback' | 'tcp';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What the scope of a request depends on; headers with lower-case names, as Node gives them. */
export interface RequestOrigin {
  readonly transport: Transport;
  /** The guard has checked a password or a certificate of a client. */
  readonly isAuthenticated: boolean;
  readonly remoteAddress: string | undefined;
  readonly headers: Headers;
}

/** Any of these, or one that begins with `x-forwarded`, tells that a proxy stands between: the peer is not who asks. */
const FORWARDING_HEADERS = [
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'true-client-ip',
  'cf-connecting-ip',
];

/**
 * The scope of a request. Loopback means: the peer address is loopback, no header tells of a proxy, and Host names loopback
 * too, so that a page of another site cannot get at it by DNS rebinding. A page of another site that makes a browser ask,
 * with whatever credentials that browser holds, gets what anybody gets.
 */
export function requestScope({ transport, isAuthenticated, remoteAddress, headers }: RequestOrigin): RequestScope {
  if (transport === 'control') return 'control';
  if (isOtherSite(headers)) return 'remote';
  if (isAuthenticated) return 'authenticated';
  if (remoteAddress === undefined || !isLoopbackAddress(remoteAddress)) return 'remote';
  if (Object.keys(headers).some(tellsOfProxy)) return 'remote';
  return isLoopbackHost(hostOf(headers)) ? 'loopback' : 'remote';
}

/**
 * Whether addresses, pids and paths may be shown (DESIGN section 6); names are in /metrics for all. With
 * `--privacy.remotes=class` only the control socket tells them.
 */
export function maySeeDetails(scope: RequestScope, privacy: 'full' | 'class'): boolean {
  return scope === 'control' || (privacy === 'full' && scope !== 'remote');
}

/** Whether Host is a name that is not this host's own: an address cannot be rebound, and what sends no Host is no browser. */
export function namesForeignHost(headers: Headers): boolean {
  const host = hostOf(headers);
  if (host === undefined || isLoopbackHost(host)) return false;
  return isIP(host.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1')) === 0;
}

export function isLoopbackAddress(address: string): boolean {
  const ipv4 = /^(?:::ffff:)?(\d{1,3})\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.exec(address);
  return ipv4 === null ? address === '::1' : ipv4[1] === '127';
}

function tellsOfProxy(header: string): boolean {
  return header.startsWith('x-forwarded') || FORWARDING_HEADERS.includes(header);
}

/** HTTP/2 has `:authority` in the place of Host. */
function hostOf(headers: Headers): string | undefined {
  const host = headers[':authority'] ?? headers['host'];
  return typeof host === 'string' ? host : host?.[0];
}

/** What browsers tell of the page behind a request: `Origin` (Fetch standard) and `Sec-Fetch-Site` (Fetch Metadata). */
function isOtherSite(headers: Headers): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = headers;
  if (origin === undefined) return false;
  const host = typeof origin === 'string' ? /^https?:\/\/(.*)$/i.exec(origin)?.[1] : undefined;
  const own = hostOf(headers);
  if (host === undefined || own === undefined) return true;
  return host.toLowerCase() !== own.toLowerCase() && !(isLoopbackHost(host) && isLoopbackHost(own));
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host);
}
