import { PROTOCOL } from '../../../model/protocol.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import { AF_INET, AF_INET6 } from '../netlink/diag-request.ts';
import { writeIpv4, writeIpv6 } from '../sockets/address-columns.ts';
import type { GrowableDump } from '../sockets/growable-dump.ts';

/** A TCP socket that holds a port and nothing else. */
export interface BoundSocket {
  readonly port: number;
  /** Four words in network order as memory has them; IPv4 in the first. */
  readonly address: Uint32Array;
  readonly family: typeof AF_INET | typeof AF_INET6;
  readonly inode: number;
  /** Both 0 when not known. */
  readonly cookieLow: number;
  readonly cookieHigh: number;
}

const ADDRESS_AT = { [AF_INET]: 4, [AF_INET6]: 8 } as const;
const ADDRESS_BYTES = { [AF_INET]: 4, [AF_INET6]: 16 } as const;
// struct tcp_info of include/uapi/linux/tcp.h
const RCV_MSS_AT = 20;
const PMTU_AT = 60;

/**
 * Port and address of struct sockaddr_in or sockaddr_in6; undefined when the bytes are neither, or no port is bound.
 * @param length bytes of `name` that the kernel wrote
 */
export function decodeName(
  name: Uint8Array,
  length: number,
): Pick<BoundSocket, 'port' | 'address' | 'family'> | undefined {
  const view = new DataView(name.buffer, name.byteOffset, Math.min(length, name.length));
  const family = view.byteLength < 4 ? 0 : view.getUint16(0, true);
  if (family !== AF_INET && family !== AF_INET6) return undefined;
  const at = ADDRESS_AT[family];
  const end = at + ADDRESS_BYTES[family];
  const port = view.getUint16(2);
  if (end > view.byteLength || port === 0) return undefined;
  const address = new Uint32Array(4);
  new Uint8Array(address.buffer).set(name.subarray(at, end));
  return { port, address, family };
}

/**
 * Whether struct tcp_info tells of a socket that never connected nor listened: a path MTU comes with the first connection,
 * a receive MSS with either. What shows port 0 nevertheless, or a port it has lost, is told apart by nothing else.
 * @param length bytes of `info` that the kernel wrote
 */
export function isFresh(info: Uint8Array, length: number): boolean {
  const view = new DataView(info.buffer, info.byteOffset, Math.min(length, info.length));
  if (view.byteLength < PMTU_AT + 4) return false;
  return view.getUint32(PMTU_AT, true) === 0 && view.getUint32(RCV_MSS_AT, true) === 0;
}

/** Appends the row that inet_diag would have told. */
export function appendBound(socket: BoundSocket, dump: GrowableDump): void {
  dump.reserve(1);
  const { columns } = dump;
  const index = columns.length;
  columns.protocol[index] = PROTOCOL.tcp;
  columns.state[index] = SOCKET_STATE.bound;
  columns.netns[index] = 0;
  columns.localPort[index] = socket.port;
  columns.remotePort[index] = 0;
  if (socket.family === AF_INET6) {
    columns.family[index] = writeIpv6(socket.address, 0, columns.local, index * 4);
  } else {
    columns.family[index] = 4;
    writeIpv4(socket.address[0] as number, columns.local, index * 4);
  }
  columns.remote.fill(0, index * 4, index * 4 + 4);
  columns.cookieLow[index] = socket.cookieLow;
  columns.cookieHigh[index] = socket.cookieHigh;
  columns.createdMs[index] = 0;
  dump.inode[index] = socket.inode;
  dump.cgroupId[index] = 0;
  columns.length = index + 1;
}
