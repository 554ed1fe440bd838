import { ExporterError } from '../../../errors.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import { fileTimeToUnixMs } from '../file-time.ts';
import { reserveRows, type WindowsSockets } from '../sockets/windows-sockets.ts';
import type { TableLayout } from './table-layout.ts';
import { STATE_OF_MIB } from './tcp-state.ts';

const MAPPED_PREFIX = 0xffff;

export interface TableDecoding {
  /** 65,536 bytes of 0 or 1: local ports whose rows are kept. */
  readonly wanted: Uint8Array;
  /** The table holds bound-only sockets whatever its rows say, and no peers. */
  readonly isBoundTable: boolean;
}

/**
 * Appends the rows of an iphlpapi table to `sockets`. `bytes` may be longer than the table: Windows fills the front of a roomy buffer.
 * @throws ExporterError EPH_WINDOWS_TABLE when the row count does not fit into `bytes`.
 */
export function decodeSocketTable(
  bytes: Uint8Array,
  layout: TableLayout,
  { wanted, isBoundTable }: TableDecoding,
  sockets: WindowsSockets,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = rowCount(view, layout);
  reserveRows(sockets, count);
  const { columns, pid } = sockets;
  for (let index = 0; index < count; index++) {
    const row = layout.firstRow + index * layout.rowSize;
    // A port is a DWORD whose first two bytes are in network order; the other two may hold garbage.
    const localPort = view.getUint16(row + layout.localPort);
    if (wanted[localPort] === 0) continue;
    const at = columns.length++;
    columns.protocol[at] = layout.protocol;
    columns.localPort[at] = localPort;
    columns.family[at] = copyAddress(view, row + layout.localAddress, layout.family, columns.local, at * 4);
    pid[at] = view.getUint32(row + layout.pid, true);
    columns.remotePort[at] = 0;
    // Four stores: fill() doubled the time of the whole row (bench/windows-decode.js).
    columns.remote[at * 4] = 0;
    columns.remote[at * 4 + 1] = 0;
    columns.remote[at * 4 + 2] = 0;
    columns.remote[at * 4 + 3] = 0;
    columns.createdMs[at] = layout.created < 0 ? 0 : createdMs(view, row + layout.created);
    if (layout.state < 0) {
      columns.state[at] = SOCKET_STATE.unconnected;
    } else if (isBoundTable) {
      columns.state[at] = SOCKET_STATE.bound;
    } else {
      const state = STATE_OF_MIB[Math.min(view.getUint32(row + layout.state, true), 255)] as number;
      if (state === 0) sockets.unknownStates++;
      columns.state[at] = state === 0 ? SOCKET_STATE.closing : state;
      const remotePort = view.getUint16(row + layout.remotePort);
      // A listener's remote port field is documented as meaningless.
      if (state !== SOCKET_STATE.listen && remotePort !== 0) {
        columns.remotePort[at] = remotePort;
        copyAddress(view, row + layout.remoteAddress, layout.family, columns.remote, at * 4);
      }
    }
  }
}

function rowCount(view: DataView, layout: TableLayout): number {
  if (view.byteLength < 4) {
    throw new ExporterError('EPH_WINDOWS_TABLE', `${layout.name}: ${view.byteLength} bytes hold no row count`);
  }
  const count = view.getUint32(0, true);
  const needed = count === 0 ? 4 : layout.firstRow + count * layout.rowSize;
  if (needed > view.byteLength) {
    throw new ExporterError(
      'EPH_WINDOWS_TABLE',
      `${layout.name}: ${count} rows need ${needed} bytes, the table has ${view.byteLength}`,
    );
  }
  return count;
}

/** Copies an address as four big-endian words and returns its family: a mapped one is IPv4. */
function copyAddress(view: DataView, from: number, family: 4 | 6, words: Uint32Array, to: number): 4 | 6 {
  if (family === 4) {
    words[to] = 0;
    words[to + 1] = 0;
    words[to + 2] = MAPPED_PREFIX;
    words[to + 3] = view.getUint32(from);
    return 4;
  }
  const first = view.getUint32(from);
  const second = view.getUint32(from + 4);
  const third = view.getUint32(from + 8);
  words[to] = first;
  words[to + 1] = second;
  words[to + 2] = third;
  words[to + 3] = view.getUint32(from + 12);
  return first === 0 && second === 0 && third === MAPPED_PREFIX ? 4 : 6;
}

function createdMs(view: DataView, at: number): number {
  return fileTimeToUnixMs(view.getUint32(at, true), view.getUint32(at + 4, true));
}
