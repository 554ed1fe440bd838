import { PROTOCOL } from '../../../model/protocol.ts';
import { allocateSocketColumns, resizeSocketColumns, type SocketColumnsDraft } from '../../../model/socket-columns.ts';

/** The `pid` of a row whose source told none; no Windows pid reaches it (they are multiples of 4 well below 2^32). */
export const NO_PID = 0xffff_ffff;

/** Sockets as a Windows source told them, before their owners are known: the columns of the model and the pid. */
export interface WindowsSockets {
  /** `process` is not yet filled. */
  columns: SocketColumnsDraft;
  pid: Uint32Array;
  /** Rows in a state that no Windows documents; they count as closing. */
  unknownStates: number;
}

/** Which local ports are wanted: 65,536 bytes of 0 or 1 for each protocol. */
export interface WantedPorts {
  readonly tcp: Uint8Array;
  readonly udp: Uint8Array;
}

/** Every port of both protocols. */
export const ALL_PORTS: WantedPorts = {
  tcp: new Uint8Array(65_536).fill(1),
  udp: new Uint8Array(65_536).fill(1),
};

export function createWindowsSockets(capacity = 1_024): WindowsSockets {
  return { columns: allocateSocketColumns(capacity), pid: new Uint32Array(capacity), unknownStates: 0 };
}

/** Forgets the rows and keeps the memory. */
export function clearWindowsSockets(sockets: WindowsSockets): void {
  sockets.columns.length = 0;
  sockets.unknownStates = 0;
}

/** Makes room for `count` more rows. */
export function reserveRows(sockets: WindowsSockets, count: number): void {
  const needed = sockets.columns.length + count;
  if (needed <= sockets.pid.length) return;
  const capacity = Math.max(needed, sockets.pid.length * 2);
  sockets.columns = resizeSocketColumns(sockets.columns, capacity);
  const pid = new Uint32Array(capacity);
  pid.set(sockets.pid);
  sockets.pid = pid;
}

/** Appends the rows of `from` whose local port is wanted. */
export function appendWanted(into: WindowsSockets, from: WindowsSockets, wanted: WantedPorts): void {
  reserveRows(into, from.columns.length);
  into.unknownStates += from.unknownStates;
  const { columns } = from;
  for (let row = 0; row < columns.length; row++) {
    const ports = columns.protocol[row] === PROTOCOL.tcp ? wanted.tcp : wanted.udp;
    if (ports[columns.localPort[row] as number] === 1) appendRow(into, from, row);
  }
}

/** Appends a copy of one row; there must be room for it. */
export function appendRow(into: WindowsSockets, from: WindowsSockets, row: number): void {
  const source = from.columns;
  const target = into.columns;
  const to = target.length++;
  target.protocol[to] = source.protocol[row] as number;
  target.family[to] = source.family[row] as number;
  target.state[to] = source.state[row] as number;
  target.localPort[to] = source.localPort[row] as number;
  target.remotePort[to] = source.remotePort[row] as number;
  target.createdMs[to] = source.createdMs[row] as number;
  for (let word = 0; word < 4; word++) {
    target.local[to * 4 + word] = source.local[row * 4 + word] as number;
    target.remote[to * 4 + word] = source.remote[row * 4 + word] as number;
  }
  into.pid[to] = from.pid[row] as number;
}
