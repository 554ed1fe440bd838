import { OWNER_CODE } from '../model/owner-code.ts';
import type { SocketColumns } from '../model/socket-columns.ts';
import { PORT_STATE, PORT_STATE_OF_SOCKET, SOCKET_STATE } from '../model/socket-state.ts';
import type { Intake } from './intake.ts';
import type { Owner } from './owner-table.ts';
import type { PortTable } from './port-table.ts';
import { NONE, SLOT } from './slot.ts';
import { createdStamp, ROW_FLAG } from './socket-memory.ts';
import { TupleKey } from './tuple-key.ts';

const key = new TupleKey();

/** 1 for the states in which a connection may have lost its process and still be closing. */
const CLOSING = new Uint8Array(16);
for (const state of ['fin_wait1', 'fin_wait2', 'closing', 'last_ack', 'time_wait'] as const) {
  CLOSING[SOCKET_STATE[state]] = 1;
}

/** True for a socket that its process has let go of, or that is being let go. */
export function isClosing(socketState: number): boolean {
  return CLOSING[socketState & 15] === 1;
}

/**
 * Takes the socket rows `from` to `to` in: finds each again in the previous sample, resolves its owner, and keeps per port
 * the dominant socket (DESIGN section 2).
 */
export function foldSockets(intake: Intake, from: number, to: number): void {
  const { state, sample, pools } = intake;
  const { sockets } = sample;
  const { ports, generation } = state;
  const { current, previous } = state.sockets;
  const owners = state.owners.owners;
  const { cookieLow, cookieHigh, localPort, netns, protocol, createdMs } = sockets;
  current.length = to;
  for (let row = from; row < to; row++) {
    const isUdp = protocol[row] as number;
    const pool = pools[(netns[row] as number) * 2 + isUdp];
    const port = localPort[row] as number;
    current.slot[row] = NONE;
    const isMember = pool?.members?.[port] === 1;

    let low = cookieLow[row] as number;
    let high = cookieHigh[row] as number;
    const hasCookie = low !== 0 || high !== 0;
    // Older kernels number cookies per namespace: the pool keeps them apart.
    const poolId = pool?.id ?? NONE;
    if (hasCookie) {
      high = (high ^ Math.imul(poolId + 1, 0x9e37_79b1)) >>> 0;
    } else {
      key.compute(poolId, sockets.local, row * 4, port, sockets.remote, row * 4, sockets.remotePort[row] as number);
      low = key.low;
      high = key.high;
    }
    const stamp = createdStamp(createdMs[row] as number);
    current.keyLow[row] = low;
    current.keyHigh[row] = high;
    current.created[row] = stamp;
    current.flags[row] = hasCookie ? ROW_FLAG.cookie : 0;
    const known = state.sockets.find(low, high);
    const owner = ownerOf(intake, row, known, hasCookie);
    current.owner[row] = owner;
    if (known >= 0 && (hasCookie || isSameStamp(stamp, previous.created[known] as number))) {
      (current.flags[row] as number) |= ROW_FLAG.knownSocket;
    }
    current.remote[row] = remoteOf(intake, row, known);
    if (!isMember || pool === undefined) continue;

    const slot = ports.slotOf(pool, port);
    current.slot[row] = slot;
    const portState = isUdp === 1 ? udpState(sockets.state[row] as number) : tcpState(sockets.state[row] as number);
    if (ports.seen[slot] !== generation) {
      ports.seen[slot] = generation;
      ports.continues[slot] = 0;
      if (ports.live[slot] === SLOT.free) ports.arrive(slot);
      take(ports, slot, portState, owner, row);
    } else if (dominates(intake, slot, portState, owner, row, owners)) {
      take(ports, slot, portState, owner, row);
    }
    if (ports.live[slot] === SLOT.used && ports.continues[slot] === 0) {
      const isSame = known >= 0 && previous.slot[known] === slot;
      if (continues(intake, slot, owner, stamp, hasCookie, isSame ? previous.created[known] : undefined)) {
        ports.continues[slot] = 1;
      }
    }
  }
}

/** False only when two creation times say that a tuple was used again. */
function isSameStamp(stamp: number, before: number): boolean {
  return stamp === before || stamp === 0 || before === 0;
}

function take(ports: PortTable, slot: number, portState: number, owner: number, row: number): void {
  ports.bestState[slot] = portState;
  ports.bestOwner[slot] = owner;
  ports.bestRow[slot] = row;
}

function tcpState(socketState: number): number {
  return PORT_STATE_OF_SOCKET[socketState & 15] as number;
}

function udpState(socketState: number): number {
  return socketState === SOCKET_STATE.established ? PORT_STATE.established : PORT_STATE.unconnected;
}

/**
 * The owner id or code of a row. A TIME_WAIT or an orphan is charged to the process that was seen with that very socket, or
 * that a trace saw closing the connection; an owner not found in time is the one it was found with before.
 */
function ownerOf(intake: Intake, row: number, known: number, hasCookie: boolean): number {
  const { state, sample } = intake;
  const process = sample.sockets.process[row] as number;
  if (process >= 0) {
    return process < sample.processes.length ? (state.owners.ofSample[process] as number) : OWNER_CODE.gone;
  }
  const remembered = known < 0 ? NONE : (state.sockets.previous.owner[known] as number);
  if (isClosing(sample.sockets.state[row] as number)) {
    if (remembered >= 0) return remembered;
    return state.closed.isEmpty ? process : (closerOf(intake, row) ?? process);
  }
  if (process === OWNER_CODE.kernel || remembered < 0 || !hasCookie) return process;
  return state.owners.owners[remembered]?.alive === true ? remembered : process;
}

function closerOf({ state, sample, pools }: Intake, row: number): number | undefined {
  const { local, localPort, remote, remotePort, netns, protocol } = sample.sockets;
  const pool = pools[(netns[row] as number) * 2];
  if (protocol[row] !== 0 || pool === undefined) return undefined;
  key.compute(pool.id, local, row * 4, localPort[row] as number, remote, row * 4, remotePort[row] as number);
  return state.closed.closerOf(key);
}

/** Remote id of a row; marks in `flags` whether that socket had the same remote before. */
function remoteOf({ state, sample }: Intake, row: number, known: number): number {
  const { remote, remotePort } = sample.sockets;
  const port = remotePort[row] as number;
  if (port === 0) return NONE;
  if (known >= 0) {
    const before = state.sockets.previous.remote[known] as number;
    if (before >= 0 && state.remotes.isSame(before, remote, row * 4, port)) {
      (state.sockets.current.flags[row] as number) |= ROW_FLAG.knownRemote;
      return before;
    }
  }
  return state.remotes.intern(remote, row * 4, port);
}

/** True when the row comes before the port's best so far: by state, then owner, then socket. */
function dominates(
  intake: Intake,
  slot: number,
  portState: number,
  owner: number,
  row: number,
  owners: readonly Owner[],
): boolean {
  const { state } = intake;
  const { ports } = state;
  const bestState = ports.bestState[slot] as number;
  if (portState !== bestState) return portState < bestState;
  const bestOwner = ports.bestOwner[slot] as number;
  if (owner !== bestOwner) {
    if (ports.live[slot] === SLOT.used) {
      const present = state.members.owner[ports.member[slot] as number] as number;
      if (owner === present || bestOwner === present) return owner === present;
    }
    return comesBefore(owner, bestOwner, owners);
  }
  return isDominantSocket(intake, slot, row, ports.bestRow[slot] as number);
}

/** Owners of equal right: the lower pid, then the earlier start, processes before codes. */
function comesBefore(owner: number, other: number, owners: readonly Owner[]): boolean {
  if (owner < 0 || other < 0) return owner >= 0 ? true : other < 0 && owner > other;
  const a = owners[owner] as Owner;
  const b = owners[other] as Owner;
  return a.pid === b.pid ? a.startMs < b.startMs : a.pid < b.pid;
}

/** Sockets of equal right: the one that was dominant before, then the older, then by cookie or address. */
function isDominantSocket({ state, sample }: Intake, slot: number, row: number, best: number): boolean {
  const { ports } = state;
  const { keyLow, keyHigh } = state.sockets.current;
  if (ports.live[slot] === SLOT.used) {
    if (keyLow[best] === ports.keyLow[slot] && keyHigh[best] === ports.keyHigh[slot]) return false;
    if (keyLow[row] === ports.keyLow[slot] && keyHigh[row] === ports.keyHigh[slot]) return true;
  }
  const createdMs = sample.sockets.createdMs[row] as number;
  const bestCreatedMs = sample.sockets.createdMs[best] as number;
  if (createdMs !== bestCreatedMs) return createdMs < bestCreatedMs;
  const { cookieHigh, cookieLow } = sample.sockets;
  if (cookieHigh[row] !== cookieHigh[best]) return (cookieHigh[row] as number) < (cookieHigh[best] as number);
  if (cookieLow[row] !== cookieLow[best]) return (cookieLow[row] as number) < (cookieLow[best] as number);
  return hasLowerEnds(sample.sockets, row, best);
}

/** Order of rows by their addresses, the remote one first, then the remote port. */
function hasLowerEnds({ local, remote, remotePort }: SocketColumns, row: number, other: number): boolean {
  for (const words of [remote, local]) {
    for (let word = 0; word < 4; word++) {
      const a = words[row * 4 + word] as number;
      const b = words[other * 4 + word] as number;
      if (a !== b) return a < b;
    }
  }
  return (remotePort[row] as number) < (remotePort[other] as number);
}

/**
 * True when the row shows that its port was not let go since the previous sample: by cookie, else by creation time, else by
 * owner (DESIGN section 2, edge rules). `before` is the stamp of the same socket in the previous sample, if it was there.
 */
function continues(
  { state }: Intake,
  slot: number,
  owner: number,
  stamp: number,
  hasCookie: boolean,
  before: number | undefined,
): boolean {
  if (hasCookie) return before !== undefined;
  const { ports } = state;
  if (stamp !== 0 && ports.created[slot] !== 0) return stamp === ports.created[slot] || stamp === before;
  return owner === state.members.owner[ports.member[slot] as number];
}
