import { isIP } from 'node:net';

/** Where a TCP listener binds; without `host` it takes every address of both families. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

const BRACKETED = /^\[([^\]]+)\]:(\d{1,5})$/;
const PLAIN = /^([^:[\]/\s]*):(\d{1,5})$/;

/** The address of `host:port`, `:port` or `[v6]:port` (a scope id may follow); undefined when it is none of them. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = BRACKETED.exec(text) ?? PLAIN.exec(text);
  if (match === null) return undefined;
  const [, host = '', portText = ''] = match;
  const port = Number(portText);
  if (port > 65_535) return undefined;
  if (text.startsWith('[') && isIP(host) !== 6) return undefined;
  return host === '' ? { port } : { host, port };
}

/** `host:port` with IPv6 in brackets. */
export function formatListenAddress(address: ListenAddress): string {
  const host = address.host ?? '';
  return host.includes(':') ? `[${host}]:${address.port}` : `${host}:${address.port}`;
}
