import { allocateSocketColumns, resizeSocketColumns, type SocketColumnsDraft } from '../../../model/socket-columns.ts';
import type { SocketDump } from './socket-dump.ts';

/** A dump that grows as rows come in and is used again for the next sample, so that a steady host allocates nothing. */
export class GrowableDump implements SocketDump {
  columns: SocketColumnsDraft;
  inode: Uint32Array;
  cgroupId: Float64Array;

  constructor(capacity = 4096) {
    this.columns = allocateSocketColumns(capacity);
    this.inode = new Uint32Array(capacity);
    this.cgroupId = new Float64Array(capacity);
  }

  /** Makes room for `rows` more; the arrays may be others afterwards. */
  reserve(rows: number): void {
    const needed = this.columns.length + rows;
    if (needed <= this.inode.length) return;
    const capacity = Math.max(needed, this.inode.length * 2);
    const { inode, cgroupId } = this;
    this.columns = resizeSocketColumns(this.columns, capacity);
    this.inode = new Uint32Array(capacity);
    this.inode.set(inode);
    this.cgroupId = new Float64Array(capacity);
    this.cgroupId.set(cgroupId);
  }

  /** Forgets the rows from `length` on. */
  truncate(length: number): void {
    this.columns.length = length;
  }

  /** Adds the rows of another dump as those of namespace number `netns`. */
  append({ columns: from, inode, cgroupId }: GrowableDump, netns: number): void {
    const { length } = from;
    this.reserve(length);
    const { columns } = this;
    const at = columns.length;
    columns.protocol.set(from.protocol.subarray(0, length), at);
    columns.family.set(from.family.subarray(0, length), at);
    columns.state.set(from.state.subarray(0, length), at);
    columns.netns.fill(netns, at, at + length);
    columns.localPort.set(from.localPort.subarray(0, length), at);
    columns.remotePort.set(from.remotePort.subarray(0, length), at);
    columns.local.set(from.local.subarray(0, length * 4), at * 4);
    columns.remote.set(from.remote.subarray(0, length * 4), at * 4);
    columns.cookieLow.set(from.cookieLow.subarray(0, length), at);
    columns.cookieHigh.set(from.cookieHigh.subarray(0, length), at);
    columns.createdMs.set(from.createdMs.subarray(0, length), at);
    this.inode.set(inode.subarray(0, length), at);
    this.cgroupId.set(cgroupId.subarray(0, length), at);
    columns.length = at + length;
  }

  /** Forgets row `to` in favour of row `from`. */
  copyRow(from: number, to: number): void {
    const { columns } = this;
    const { protocol, family, state, netns, localPort, remotePort, cookieLow, cookieHigh, createdMs, process } =
      columns;
    for (const column of [protocol, family, state, netns, localPort, remotePort, cookieLow, cookieHigh, createdMs]) {
      column[to] = column[from] as number;
    }
    process[to] = process[from] as number;
    columns.local.copyWithin(to * 4, from * 4, from * 4 + 4);
    columns.remote.copyWithin(to * 4, from * 4, from * 4 + 4);
    this.inode[to] = this.inode[from] as number;
    this.cgroupId[to] = this.cgroupId[from] as number;
  }
}
