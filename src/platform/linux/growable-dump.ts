import { allocateSocketColumns, resizeSocketColumns, type SocketColumnsDraft } from '../../model/socket-columns.ts';
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
