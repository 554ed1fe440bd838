import type { GrowableDump } from './growable-dump.ts';

/**
 * Keeps of each socket its last row. A socket that changes its table while the tables are read one after another (it
 * was bound, now it connects) is told twice under one cookie. Rows without a cookie stay.
 */
export class CookieDedupe {
  /** Open addressing, row + 1, 0 is free. */
  private slots = new Int32Array(8192);

  /** Returns how many rows went. Their order changes when there are any. */
  apply(dump: GrowableDump): number {
    const earlier = this.findEarlierRows(dump);
    earlier.sort((a, b) => b - a);
    // From the highest down, so that the last row, which fills the gap, is never one that has to go itself.
    for (const row of earlier) {
      const last = dump.columns.length - 1;
      if (row !== last) dump.copyRow(last, row);
      dump.truncate(last);
    }
    return earlier.length;
  }

  private findEarlierRows(dump: GrowableDump): number[] {
    const { length, cookieLow, cookieHigh } = dump.columns;
    if (this.slots.length < length * 2) this.slots = new Int32Array(2 ** Math.ceil(Math.log2(length * 2)));
    else this.slots.fill(0);
    const { slots } = this;
    const mask = slots.length - 1;
    const earlier: number[] = [];
    for (let row = 0; row < length; row++) {
      const low = cookieLow[row] as number;
      const high = cookieHigh[row] as number;
      if (low === 0 && high === 0) continue;
      let slot = (Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> 8) & mask;
      for (;;) {
        const other = (slots[slot] as number) - 1;
        if (other < 0) break;
        if (cookieLow[other] === low && cookieHigh[other] === high) {
          earlier.push(other);
          break;
        }
        slot = (slot + 1) & mask;
      }
      slots[slot] = row + 1;
    }
    return earlier;
  }
}
