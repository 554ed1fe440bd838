const FIRST_SLOTS = 256;

/** Counts of pairs of integers (0 to 2^31 - 1); open addressing in typed arrays. */
export class PairCounts {
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  #first = new Int32Array(FIRST_SLOTS / 2);
  #second = new Int32Array(FIRST_SLOTS / 2);
  #count = new Int32Array(FIRST_SLOTS / 2);
  #length = 0;

  /** Adds 1 to the count of the pair, and returns it. */
  add(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(first, second) & mask;
    for (;;) {
      const id = this.#slots[slot] as number;
      if (id < 0) break;
      if (this.#first[id] === first && this.#second[id] === second) {
        const count = (this.#count[id] as number) + 1;
        this.#count[id] = count;
        return count;
      }
      slot = (slot + 1) & mask;
    }
    const id = this.#length++;
    this.#slots[slot] = id;
    this.#first[id] = first;
    this.#second[id] = second;
    this.#count[id] = 1;
    if (this.#length * 2 >= this.#slots.length) this.#grow();
    return 1;
  }

  /** Calls `visit` for every pair in the order of first appearance. */
  forEach(visit: (first: number, second: number, count: number) => void): void {
    for (let id = 0; id < this.#length; id++) {
      visit(this.#first[id] as number, this.#second[id] as number, this.#count[id] as number);
    }
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#length; id++) {
      let slot = hash(this.#first[id] as number, this.#second[id] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
    this.#first = widened(this.#first);
    this.#second = widened(this.#second);
    this.#count = widened(this.#count);
  }
}

function widened(column: Int32Array): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(column.length * 2);
  wide.set(column);
  return wide;
}

function hash(first: number, second: number): number {
  let mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
