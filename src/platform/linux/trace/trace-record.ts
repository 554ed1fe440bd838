import type { AddressWords } from '../../../model/address.ts';
import type { RecordLayout } from './trace-format.ts';

/** One change of a TCP socket's state. */
export interface StateChange {
  /** Thread in whose context it happened; 0 or any other's when a packet caused it. */
  readonly task: number;
  /** The kernel's address of the socket, its lower 48 bits: unique while the socket lives. */
  readonly socket: number;
  readonly oldState: number;
  readonly newState: number;
  readonly localPort: number;
  readonly remotePort: number;
  readonly local: AddressWords;
  readonly remote: AddressWords;
  /** Ns of the trace clock. */
  readonly timeNs: number;
}

const ID_BITS = 0xffff;

/** The record at `start`..`end` of a page; undefined when it is of another event or too short. */
export function readStateChange(
  page: DataView,
  layout: RecordLayout,
  start: number,
  end: number,
  timeNs: number,
): StateChange | undefined {
  if (end - start < layout.length || page.getUint16(start, true) !== (layout.id & ID_BITS)) return undefined;
  const socketLow = page.getUint32(start + layout.socket, true);
  const socketHigh = page.getUint16(start + layout.socket + 4, true);
  return {
    task: page.getInt32(start + layout.task, true),
    socket: socketHigh * 2 ** 32 + socketLow,
    oldState: page.getInt32(start + layout.oldState, true),
    newState: page.getInt32(start + layout.newState, true),
    localPort: page.getUint16(start + layout.localPort, true),
    remotePort: page.getUint16(start + layout.remotePort, true),
    local: readAddress(page, start + layout.local),
    remote: readAddress(page, start + layout.remote),
    timeNs,
  };
}

function readAddress(page: DataView, at: number): AddressWords {
  return [page.getUint32(at), page.getUint32(at + 4), page.getUint32(at + 8), page.getUint32(at + 12)];
}
