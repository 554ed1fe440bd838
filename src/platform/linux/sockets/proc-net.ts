import { ExporterError } from '../../../errors.ts';
import { PROTOCOL, type Protocol } from '../../../model/protocol.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import { clearEmptyPeer, writeIpv4, writeIpv6 } from './address-columns.ts';
import type { GrowableDump } from './growable-dump.ts';

/** Which table the lines come from, and which rows to keep. */
export interface ProcNetContext {
  readonly protocol: Protocol;
  /** Hex digits of an address: 8 for IPv4, 32 for IPv6. */
  readonly addressDigits: 8 | 32;
  readonly dump: GrowableDump;
  /** 65,536 bytes, 1 for a local port to keep. */
  readonly ports: Uint8Array;
}

const SPACE = 0x20;
const COLON = 0x3a;
const MAX_STATE = 12;

/** Value of each hex digit; 255 for a byte that is none. */
const HEX_VALUE: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(255);
  for (let value = 0; value < 16; value++) {
    table[value.toString(16).charCodeAt(0)] = value;
    table[value.toString(16).toUpperCase().charCodeAt(0)] = value;
  }
  return table;
})();

const scratch = new Uint32Array(8);

/**
 * Appends the socket of one line, `bytes[start..end)` without its line feed. Format of net/ipv4/tcp_ipv4.c and udp.c:
 * `sl: LOCAL:PORT REMOTE:PORT ST TX:RX TR:WHEN RETR UID TIMEOUT INODE ...`, addresses as host-order hex words.
 * @throws ExporterError EPH_PROC_MALFORMED
 */
export function appendProcNetLine(bytes: Uint8Array, start: number, end: number, context: ProcNetContext): void {
  const { addressDigits, dump, ports } = context;
  let at = skipField(bytes, skipSpaces(bytes, start, end), end);
  at = skipSpaces(bytes, at, end);
  readAddress(bytes, at, end, addressDigits, 0);
  at += addressDigits;
  const localPort = readPort(bytes, at, end);
  at = skipSpaces(bytes, at + 5, end);
  readAddress(bytes, at, end, addressDigits, 4);
  at += addressDigits;
  const remotePort = readPort(bytes, at, end);
  at = skipSpaces(bytes, at + 5, end);
  const state = stateOf(readHex(bytes, at, at + 2, end), context.protocol);
  // After the state: queues, timer, retransmits, uid, timeout.
  for (let field = 0; field < 6; field++) at = skipSpaces(bytes, skipField(bytes, at, end), end);
  const inode = readDecimal(bytes, at, end);
  if (ports[localPort] !== 1) return;

  dump.reserve(1);
  const { columns } = dump;
  const index = columns.length;
  columns.protocol[index] = PROTOCOL[context.protocol];
  columns.state[index] = state;
  columns.netns[index] = 0;
  columns.localPort[index] = localPort;
  columns.remotePort[index] = remotePort;
  if (addressDigits === 32) {
    columns.family[index] = writeIpv6(scratch, 0, columns.local, index * 4);
    writeIpv6(scratch, 4, columns.remote, index * 4);
  } else {
    columns.family[index] = 4;
    writeIpv4(scratch[0] as number, columns.local, index * 4);
    writeIpv4(scratch[4] as number, columns.remote, index * 4);
  }
  clearEmptyPeer(columns.remote, index * 4);
  columns.cookieLow[index] = 0;
  columns.cookieHigh[index] = 0;
  columns.createdMs[index] = 0;
  dump.inode[index] = inode;
  dump.cgroupId[index] = 0;
  columns.length = index + 1;
}

function stateOf(wireState: number, protocol: Protocol): number {
  if (protocol === 'udp') {
    if (wireState === 1) return SOCKET_STATE.established;
    if (wireState === 7) return SOCKET_STATE.unconnected;
  } else if (wireState >= 1 && wireState <= MAX_STATE) {
    return wireState === MAX_STATE ? SOCKET_STATE.syn_recv : wireState;
  }
  throw malformed(`socket state ${wireState}`);
}

/** Words of an address to `scratch[slot..]`. */
function readAddress(bytes: Uint8Array, at: number, end: number, digits: number, slot: number): void {
  for (let word = 0; word < digits / 8; word++) {
    scratch[slot + word] = readHex(bytes, at + word * 8, at + word * 8 + 8, end);
  }
}

/** `:` and four digits. */
function readPort(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== COLON) throw malformed('no port after the address');
  return readHex(bytes, at + 1, at + 5, end);
}

function readHex(bytes: Uint8Array, from: number, to: number, end: number): number {
  if (to > end) throw malformed('line cut short');
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = HEX_VALUE[bytes[at] as number] as number;
    if (digit === 255) throw malformed('not a hex number');
    value = value * 16 + digit;
  }
  return value;
}

function readDecimal(bytes: Uint8Array, from: number, end: number): number {
  let value = 0;
  let at = from;
  for (; at < end && bytes[at] !== SPACE; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) throw malformed('not an inode number');
    value = value * 10 + digit;
  }
  if (at === from || value > 0xffff_ffff) throw malformed('not an inode number');
  return value;
}

function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === SPACE) at++;
  return at;
}

function skipField(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE) at++;
  return at;
}

function malformed(what: string): ExporterError {
  return new ExporterError('EPH_PROC_MALFORMED', `socket table of the proc root: ${what}; the table is dropped`);
}
