import { OWNER_CODE } from '../../../model/owner-code.ts';
import { allocateOwnerColumns, copyOwnerEntry, type OwnerColumns } from './owner-columns.ts';

const SMALLEST_CAPACITY = 1024;
// Entries outlive one dump in which they are missing, so that a part that failed to be read costs no new search.
const KEPT_GENERATIONS = 1;

/**
 * Who owns each socket: open addressing over typed arrays, no object per socket. An entry is identified by inode and
 * cookie (a recycled inode is another socket) and hashed by the inode alone, so that a link read from a process finds it.
 * Indexes hold from one `begin` to the next.
 */
export class OwnerTable {
  generation = 0;
  /** Sockets of this generation whose owner is being looked for. */
  sought = 0;
  entries: OwnerColumns = allocateOwnerColumns(SMALLEST_CAPACITY);
  #count = 0;
  #mask: number = SMALLEST_CAPACITY - 1;
  #shift: number = Math.clz32(SMALLEST_CAPACITY - 1);

  get size(): number {
    return this.#count;
  }

  /** Starts a generation, drops what has vanished and makes room for `rows` sockets that may all be new. */
  begin(rows: number): void {
    this.#sweep();
    this.generation++;
    this.sought = 0;
    const needed = (this.#count + rows) * 1.5;
    let capacity = SMALLEST_CAPACITY;
    while (capacity < needed) capacity *= 2;
    const present = this.#mask + 1;
    if (capacity > present || capacity * 8 < present) this.#rehash(capacity);
  }

  /** The entry of a socket of this dump; a new one is owned by nobody yet. */
  touch(inode: number, cookieLow: number, cookieHigh: number): number {
    const entries = this.entries;
    let index = this.#home(inode);
    for (; entries.inode[index] !== 0; index = (index + 1) & this.#mask) {
      const same = entries.inode[index] === inode && entries.cookieLow[index] === cookieLow;
      if (same && entries.cookieHigh[index] === cookieHigh) {
        entries.seenAt[index] = this.generation;
        return index;
      }
    }
    this.#count++;
    entries.inode[index] = inode;
    entries.cookieLow[index] = cookieLow;
    entries.cookieHigh[index] = cookieHigh;
    entries.owner[index] = OWNER_CODE.gone;
    entries.seenAt[index] = this.generation;
    entries.soughtAt[index] = 0;
    entries.since[index] = this.generation;
    entries.creditedAt[index] = 0;
    entries.walks[index] = 0;
    entries.retryAtMs[index] = 0;
    entries.shared[index] = 0;
    return index;
  }

  /** First entry of this generation with the inode; -1 when there is none. */
  find(inode: number): number {
    return this.#scan(this.#home(inode), inode);
  }

  /** The next entry with the same inode (subflows of one MPTCP socket share it); -1 when there is none. */
  next(index: number): number {
    return this.#scan((index + 1) & this.#mask, this.entries.inode[index] as number);
  }

  isSought(index: number): boolean {
    return this.entries.soughtAt[index] === this.generation && (this.entries.owner[index] as number) < 0;
  }

  /** Puts a socket without owner on the list of the sought. */
  seek(index: number): void {
    if (this.isSought(index)) return;
    this.entries.soughtAt[index] = this.generation;
    this.sought++;
  }

  credit(index: number, slot: number, descriptor: number): void {
    if (this.isSought(index)) this.sought--;
    this.entries.owner[index] = slot;
    this.entries.descriptor[index] = descriptor;
    this.entries.creditedAt[index] = this.generation;
    this.entries.walks[index] = 0;
    this.entries.retryAtMs[index] = 0;
  }

  /** Takes a socket from its owner: it is looked for anew. */
  disown(index: number): void {
    this.entries.soughtAt[index] = 0;
    this.entries.owner[index] = OWNER_CODE.gone;
    this.entries.since[index] = this.generation;
    if (this.entries.seenAt[index] === this.generation) this.seek(index);
  }

  /** {@link disown} for everything that the processes in `slots` own; one pass over the table. */
  disownAll(slots: ReadonlySet<number>): void {
    const { inode, owner } = this.entries;
    for (let index = 0; index <= this.#mask; index++) {
      if (inode[index] !== 0 && slots.has(owner[index] as number)) this.disown(index);
    }
  }

  #scan(from: number, inode: number): number {
    const entries = this.entries;
    for (let index = from; entries.inode[index] !== 0; index = (index + 1) & this.#mask) {
      if (entries.inode[index] === inode && entries.seenAt[index] === this.generation) return index;
    }
    return -1;
  }

  // Fibonacci hashing: sockfs hands inodes out in runs, which the upper bits of the product spread evenly.
  #home(inode: number): number {
    return Math.imul(inode, 0x9e3779b1) >>> this.#shift;
  }

  #sweep(): void {
    const { inode, seenAt } = this.entries;
    const oldest = this.generation - KEPT_GENERATIONS;
    for (let index = 0; index <= this.#mask; ) {
      if (inode[index] !== 0 && (seenAt[index] as number) < oldest) this.#remove(index);
      else index++;
    }
  }

  // Closes the gap by moving later entries of the cluster back (Knuth 6.4, algorithm R), so no tombstones pile up.
  #remove(gap: number): void {
    const entries = this.entries;
    let hole = gap;
    for (let index = (hole + 1) & this.#mask; entries.inode[index] !== 0; index = (index + 1) & this.#mask) {
      const home = this.#home(entries.inode[index] as number);
      if (((index - home) & this.#mask) < ((index - hole) & this.#mask)) continue;
      copyOwnerEntry(entries, index, entries, hole);
      hole = index;
    }
    entries.inode[hole] = 0;
    this.#count--;
  }

  #rehash(capacity: number): void {
    const old = this.entries;
    this.entries = allocateOwnerColumns(capacity);
    this.#mask = capacity - 1;
    this.#shift = Math.clz32(capacity - 1);
    for (let from = 0; from < old.inode.length; from++) {
      const inode = old.inode[from] as number;
      if (inode === 0) continue;
      let to = this.#home(inode);
      while (this.entries.inode[to] !== 0) to = (to + 1) & this.#mask;
      copyOwnerEntry(old, from, this.entries, to);
    }
  }
}
