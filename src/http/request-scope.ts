/** Who asks: through the control socket, from this very host, or from anywhere else. */
export type RequestScope = 'control' | 'loopback' | 'remote';

/** How a request reached us. */
export type Transport = 'control' | 'tcp';

/** What the scope of a request depends on; headers with lower-case names, as Node gives them. */
export interface RequestOrigin {
  readonly transport: Transport;
  readonly remoteAddress: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
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
 * The scope of a request. Loopback means: the peer address is loopback, no header tells of a proxy, and both Host and
 * Origin (where there is one) name loopback too, so that a page of another site cannot get at it by DNS rebinding.
 */
export function requestScope({ transport, remoteAddress, headers }: RequestOrigin): RequestScope {
  if (transport === 'control') return 'control';
  if (remoteAddress === undefined || !isLoopbackAddress(remoteAddress)) return 'remote';
  if (Object.keys(headers).some(tellsOfProxy)) return 'remote';
  if (!isLoopbackHost(headers['host'])) return 'remote';
  return headers['origin'] === undefined || isLoopbackOrigin(headers['origin']) ? 'loopback' : 'remote';
}

/** Whether addresses, pids and paths may be shown without authentication (DESIGN section 6); names are in /metrics for all. */
export function maySeeDetails(scope: RequestScope): boolean {
  return scope !== 'remote';
}

function tellsOfProxy(header: string): boolean {
  return header.startsWith('x-forwarded') || FORWARDING_HEADERS.includes(header);
}

function isLoopbackAddress(address: string): boolean {
  const ipv4 = /^(?:::ffff:)?(\d{1,3})\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.exec(address);
  return ipv4 === null ? address === '::1' : ipv4[1] === '127';
}

function isLoopbackHost(host: string | string[] | undefined): boolean {
  return typeof host === 'string' && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host);
}

function isLoopbackOrigin(origin: string | string[]): boolean {
  const match = typeof origin === 'string' ? /^https?:\/\/(.*)$/i.exec(origin) : null;
  return match !== null && isLoopbackHost(match[1]);
}
