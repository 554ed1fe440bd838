import { type AddressWords, parseAddress } from '../model/address.ts';
import { PROTOCOL, type Protocol } from '../model/protocol.ts';
import type { SocketRow } from '../model/socket-columns.ts';
import { SOCKET_STATE, type SocketStateName } from '../model/socket-state.ts';

export interface DemoSocket {
  readonly protocol: Protocol;
  readonly state: SocketStateName;
  readonly port: number;
  /** `ip:port`, IPv6 in brackets; absent when there is no peer. */
  readonly remote?: string;
  /** Index into the processes of the sample, or an owner code. */
  readonly process: number;
  /** Unix ms. */
  readonly createdMs: number;
}

const LOCAL: AddressWords = [0, 0, 0xffff, 0x0a14_0110];
const NO_ADDRESS: AddressWords = [0, 0, 0, 0];

/** A row as the tables of Windows give it: no cookie, but a time of creation. */
export function socketRow({ protocol, state, port, remote, process, createdMs }: DemoSocket): SocketRow {
  const end = remote === undefined ? undefined : parseRemote(remote);
  return {
    protocol: PROTOCOL[protocol],
    family: 4,
    state: SOCKET_STATE[state],
    netns: 0,
    localPort: port,
    remotePort: end?.port ?? 0,
    local: state === 'bound' || protocol === 'udp' ? NO_ADDRESS : LOCAL,
    remote: end?.words ?? NO_ADDRESS,
    cookieLow: 0,
    cookieHigh: 0,
    createdMs,
    process,
  };
}

/** Both parts of `ip:port`. @throws Error when it is none: the cast is ours. */
export function parseRemote(remote: string): { readonly words: AddressWords; readonly port: number } {
  const colon = remote.lastIndexOf(':');
  const words = parseAddress(remote.slice(0, colon).replace(/^\[|\]$/g, ''));
  if (words === undefined) throw new Error(`not an endpoint: ${remote}`);
  return { words, port: Number(remote.slice(colon + 1)) };
}
