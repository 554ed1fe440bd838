import { ExporterError } from '../../../errors.ts';
import { PROTOCOL } from '../../../model/protocol.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import { errnoName } from '../libc.ts';
import { clearEmptyPeer, writeIpv4, writeIpv6 } from '../sockets/address-columns.ts';
import type { GrowableDump } from '../sockets/growable-dump.ts';
import { AF_INET, AF_INET6, AF_UNSPEC, type DiagRequest, diagMessageType, IPPROTO_TCP } from './diag-request.ts';

/** One received datagram under three views of the same bytes; the kernel aligns everything in it to 4. */
export interface NetlinkBuffer {
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
}

/** What the answers of a dump must be, and where their rows go. */
export interface DumpContext {
  readonly request: DiagRequest;
  readonly sequence: number;
  readonly dump: GrowableDump;
  /** 65,536 bytes, 1 for a local port to keep. */
  readonly ports: Uint8Array;
}

const HEADER_LENGTH = 16; // struct nlmsghdr
const ROW_LENGTH = 72; // struct inet_diag_msg
const NLMSG = { noop: 1, error: 2, done: 3 } as const;
const NLM_F_DUMP_INTR = 0x10;
const ATTRIBUTE_CGROUP_ID = 21;
const ENOBUFS = 105;

// Wire states of inet_diag_msg to SOCKET_STATE; 0 is none. NEW_SYN_RECV (12) is a SYN_RECV that has no socket yet.
const TCP_STATES = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, SOCKET_STATE.bound, 8, 9, 10, 11, SOCKET_STATE.syn_recv);
const UDP_STATES = Uint8Array.of(0, SOCKET_STATE.established, 0, 0, 0, 0, 0, SOCKET_STATE.unconnected);

/** A buffer for `recv`. The kernel fills at most 32 KB of it at a time. */
export function allocateNetlinkBuffer(size = 65_536): NetlinkBuffer {
  const bytes = new Uint8Array(size);
  return { bytes, halves: new Uint16Array(bytes.buffer), words: new Uint32Array(bytes.buffer) };
}

/**
 * Appends the sockets of one datagram of `length` bytes; true when the dump is complete with it. Header fields are in
 * host order, which is little-endian wherever koffi runs on Linux; ports and addresses are big-endian.
 * @throws ExporterError EPH_NETLINK_MALFORMED, EPH_NETLINK_ERROR, EPH_NETLINK_OVERRUN; rows may have been appended.
 */
export function appendDiagRows(buffer: NetlinkBuffer, length: number, context: DumpContext): boolean {
  const { halves, words } = buffer;
  const rowType = diagMessageType(context.request);
  if (length > buffer.bytes.length) throw malformed('datagram longer than the buffer');
  context.dump.reserve(Math.ceil(length / (HEADER_LENGTH + ROW_LENGTH)));
  let offset = 0;
  while (offset < length) {
    if (offset + HEADER_LENGTH > length) throw malformed('header cut short');
    const size = words[offset >>> 2] as number;
    if (size < HEADER_LENGTH || offset + size > length) throw malformed(`message of ${size} bytes`);
    if (words[(offset >>> 2) + 2] !== context.sequence) throw malformed('answer to another request');
    const type = halves[(offset >>> 1) + 2] as number;
    if (((halves[(offset >>> 1) + 3] as number) & NLM_F_DUMP_INTR) !== 0) {
      throw new ExporterError('EPH_NETLINK_OVERRUN', 'the sockets changed under the dump; it is read again');
    }
    if (type === rowType) appendRow(buffer, offset, size, context);
    else if (type === NLMSG.done || type === NLMSG.error) return finishDump(words, offset, size, type);
    else if (type !== NLMSG.noop) throw malformed(`message type ${type}`);
    offset += (size + 3) & ~3;
  }
  return false;
}

/** NLMSG_DONE and NLMSG_ERROR both begin with a negative errno, or 0. */
function finishDump(words: Uint32Array, offset: number, size: number, type: number): true {
  if (size < HEADER_LENGTH + 4) {
    if (type === NLMSG.done && size === HEADER_LENGTH) return true;
    throw malformed('end of dump cut short');
  }
  const errno = -((words[(offset + HEADER_LENGTH) >>> 2] as number) | 0);
  if (errno === 0) return true;
  if (errno < 0) throw malformed(`error number ${-errno}`);
  const code = errno === ENOBUFS ? 'EPH_NETLINK_OVERRUN' : 'EPH_NETLINK_ERROR';
  throw new ExporterError(code, `the kernel ended a socket dump with ${errnoName(errno)}`);
}

/** Offsets are those of struct inet_diag_msg, from `row`; see include/uapi/linux/inet_diag.h. */
function appendRow(buffer: NetlinkBuffer, message: number, size: number, context: DumpContext): void {
  const { bytes, words } = buffer;
  const { request, dump, ports } = context;
  if (size < HEADER_LENGTH + ROW_LENGTH) throw malformed('socket row cut short');
  const row = message + HEADER_LENGTH;
  const family = bytes[row] as number;
  if (!isAskedFor(family, request.family)) throw malformed(`address family ${family}`);
  const isTcp = request.protocol === IPPROTO_TCP;
  const state = (isTcp ? TCP_STATES : UDP_STATES)[bytes[row + 1] as number] ?? 0;
  if (state === 0) throw malformed(`socket state ${bytes[row + 1]}`);
  const cgroupId = readCgroupId(buffer, row + ROW_LENGTH, message + size);
  const localPort = ((bytes[row + 4] as number) << 8) | (bytes[row + 5] as number);
  if (ports[localPort] !== 1) return;

  const { columns } = dump;
  const index = columns.length;
  const word = row >>> 2;
  columns.protocol[index] = isTcp ? PROTOCOL.tcp : PROTOCOL.udp;
  columns.state[index] = state;
  columns.netns[index] = 0;
  columns.localPort[index] = localPort;
  columns.remotePort[index] = ((bytes[row + 6] as number) << 8) | (bytes[row + 7] as number);
  if (family === AF_INET6) {
    columns.family[index] = writeIpv6(words, word + 2, columns.local, index * 4);
    writeIpv6(words, word + 6, columns.remote, index * 4);
  } else {
    columns.family[index] = 4;
    writeIpv4(words[word + 2] as number, columns.local, index * 4);
    writeIpv4(words[word + 6] as number, columns.remote, index * 4);
  }
  clearEmptyPeer(columns.remote, index * 4);
  columns.cookieLow[index] = words[word + 11] as number;
  columns.cookieHigh[index] = words[word + 12] as number;
  columns.createdMs[index] = 0;
  dump.inode[index] = words[word + 17] as number;
  dump.cgroupId[index] = cgroupId;
  columns.length = index + 1;
}

function isAskedFor(family: number, asked: number): boolean {
  return asked === AF_UNSPEC ? family === AF_INET || family === AF_INET6 : family === asked;
}

/** Walks the attributes of a row, all of which must be whole; 0 when none is the cgroup's. */
function readCgroupId({ halves, words }: NetlinkBuffer, start: number, end: number): number {
  let cgroupId = 0;
  let offset = start;
  while (offset < end) {
    if (offset + 4 > end) throw malformed('attribute header cut short');
    const size = halves[offset >>> 1] as number;
    if (size < 4 || offset + size > end) throw malformed(`attribute of ${size} bytes`);
    if (halves[(offset >>> 1) + 1] === ATTRIBUTE_CGROUP_ID) {
      if (size !== 12) throw malformed(`cgroup id of ${size - 4} bytes`);
      const word = offset >>> 2;
      cgroupId = (words[word + 1] as number) + (words[word + 2] as number) * 0x1_0000_0000;
    }
    offset += (size + 3) & ~3;
  }
  return cgroupId;
}

function malformed(what: string): ExporterError {
  return new ExporterError('EPH_NETLINK_MALFORMED', `netlink: ${what}; the dump is dropped`);
}
