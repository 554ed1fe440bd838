import { grownCapacity, grownColumn } from './grown-column.ts';

/** What is remembered of each socket row of a sample, by row. */
export interface SocketRows {
  length: number;
  /** Cookie, or the tuple key where there is none. */
  keyLow: Uint32Array;
  keyHigh: Uint32Array;
  /** Owner id, or an owner code. */
  owner: Int32Array;
  /** Slot of the port table; -1 outside the range. */
  slot: Int32Array;
  /** Remote id; -1 without a peer. */
  remote: Int32Array;
  /** Creation time as {@link createdStamp}; 0 without one. */
  created: Uint32Array;
  /** {@link ROW_FLAG} bits. */
  flags: Uint8Array;
}

/** The socket, the remote were known in the previous sample; the key is a cookie. */
export const ROW_FLAG = { knownSocket: 1, knownRemote: 2, cookie: 4 } as const;

/** Rows looked at from where the last one was found: dumps keep their order, so most searches end here. */
const HINT_WINDOW = 4;

/** The sockets of the previous sample and of the present one; a socket is found again by its key. */
export class SocketMemory {
  previous: SocketRows = allocate();
  current: SocketRows = allocate();
  private index: Int32Array = new Int32Array(0);
  private isIndexed = false;
  private hint = 0;

  /** Turns the present rows into the previous ones and makes room for `capacity` new ones. */
  begin(capacity: number): void {
    const rows = this.previous;
    this.previous = this.current;
    this.current = rows;
    rows.length = 0;
    this.reserve(capacity);
    this.isIndexed = false;
    this.hint = 0;
  }

  reserve(capacity: number): void {
    const rows = this.current;
    if (capacity <= rows.owner.length) return;
    const grown = grownCapacity(rows.owner.length, capacity);
    rows.keyLow = grownColumn(rows.keyLow, grown);
    rows.keyHigh = grownColumn(rows.keyHigh, grown);
    rows.owner = grownColumn(rows.owner, grown);
    rows.slot = grownColumn(rows.slot, grown);
    rows.remote = grownColumn(rows.remote, grown);
    rows.created = grownColumn(rows.created, grown);
    rows.flags = grownColumn(rows.flags, grown);
  }

  /** Row of the previous sample with this key; -1 when there was none. */
  find(low: number, high: number): number {
    const { keyLow, keyHigh, length } = this.previous;
    const end = Math.min(this.hint + HINT_WINDOW, length);
    for (let row = this.hint; row < end; row++) {
      if (keyLow[row] === low && keyHigh[row] === high) {
        this.hint = row + 1;
        return row;
      }
    }
    if (!this.isIndexed) this.buildIndex();
    const mask = this.index.length - 1;
    for (let at = hashOf(low, high) & mask; ; at = (at + 1) & mask) {
      const row = (this.index[at] as number) - 1;
      if (row < 0) return -1;
      if (keyLow[row] === low && keyHigh[row] === high) {
        this.hint = row + 1;
        return row;
      }
    }
  }

  /** Takes a row of the previous sample over into the present one: its table could not be read this time. */
  carryOver(row: number): void {
    const { previous, current } = this;
    const to = current.length++;
    current.keyLow[to] = previous.keyLow[row] as number;
    current.keyHigh[to] = previous.keyHigh[row] as number;
    current.owner[to] = previous.owner[row] as number;
    current.slot[to] = previous.slot[row] as number;
    current.remote[to] = previous.remote[row] as number;
    current.created[to] = previous.created[row] as number;
    current.flags[to] = (previous.flags[row] as number) | ROW_FLAG.knownSocket | ROW_FLAG.knownRemote;
  }

  private buildIndex(): void {
    const { keyLow, keyHigh, length } = this.previous;
    const size = grownCapacity(256, length * 2);
    if (this.index.length < size || this.index.length > size * 4) this.index = new Int32Array(size);
    else this.index.fill(0);
    const mask = this.index.length - 1;
    for (let row = 0; row < length; row++) {
      const low = keyLow[row] as number;
      const high = keyHigh[row] as number;
      let at = hashOf(low, high) & mask;
      for (;;) {
        const other = (this.index[at] as number) - 1;
        if (other < 0) {
          this.index[at] = row + 1;
          break;
        }
        if (keyLow[other] === low && keyHigh[other] === high) break;
        at = (at + 1) & mask;
      }
    }
    this.isIndexed = true;
  }
}

/** 32 bits that stand for a creation time in ms; 0 only when there is none. */
export function createdStamp(createdMs: number): number {
  return createdMs === 0 ? 0 : (createdMs % 0x1_0000_0000) >>> 0 || 1;
}

function hashOf(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}

function allocate(): SocketRows {
  return {
    length: 0,
    keyLow: new Uint32Array(0),
    keyHigh: new Uint32Array(0),
    owner: new Int32Array(0),
    slot: new Int32Array(0),
    remote: new Int32Array(0),
    created: new Uint32Array(0),
    flags: new Uint8Array(0),
  };
}
