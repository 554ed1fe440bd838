import { formatEndpoint, linkLocalClass } from '../model/address.ts';
import type { RemoteClass } from '../model/link-local.ts';

const FIELDS = 5;
const FIRST_SLOTS = 2_048;
const GROWTH = 4;

/**
 * Numbers distinct endpoints 0, 1, 2, ... in the order they are first seen: four address words and a tag of 32 bits (a
 * port, or a port and a namespace). Open addressing in typed arrays, since a Map of strings costs ten times as much.
 */
export class EndpointIndex {
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  #fields = new Uint32Array((FIRST_SLOTS / 2) * FIELDS);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Address of the endpoint with `port`, `ip:port`. */
  textOf(id: number, port: number): string {
    return formatEndpoint(this.#fields, id * FIELDS, port);
  }

  classOf(id: number): RemoteClass {
    return linkLocalClass(this.#fields, id * FIELDS);
  }

  tagOf(id: number): number {
    return this.#fields[id * FIELDS + 4] as number;
  }

  /** The number of the endpoint whose words begin at `offset`. */
  idOf(words: Uint32Array, offset: number, tag: number): number {
    const a = words[offset] as number;
    const b = words[offset + 1] as number;
    const c = words[offset + 2] as number;
    const d = words[offset + 3] as number;
    const fields = this.#fields;
    const mask = this.#slots.length - 1;
    let slot = hash(a, b, c, d, tag) & mask;
    for (;;) {
      const id = this.#slots[slot] as number;
      if (id < 0) break;
      const at = id * FIELDS;
      if (
        fields[at + 3] === d &&
        fields[at + 4] === tag &&
        fields[at + 2] === c &&
        fields[at + 1] === b &&
        fields[at] === a
      ) {
        return id;
      }
      slot = (slot + 1) & mask;
    }
    const id = this.#length++;
    this.#slots[slot] = id;
    const at = id * FIELDS;
    fields[at] = a;
    fields[at + 1] = b;
    fields[at + 2] = c;
    fields[at + 3] = d;
    fields[at + 4] = tag;
    if (this.#length * 2 >= this.#slots.length) this.#grow();
    return id;
  }

  /** Order of two endpoints by address and tag, so that equal counts always come out alike. */
  compare(one: number, other: number): number {
    for (let field = 0; field < FIELDS; field++) {
      const difference =
        (this.#fields[one * FIELDS + field] as number) - (this.#fields[other * FIELDS + field] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * GROWTH).fill(-1);
    const fields = new Uint32Array((slots.length / 2) * FIELDS);
    fields.set(this.#fields.subarray(0, this.#length * FIELDS));
    const mask = slots.length - 1;
    for (let id = 0; id < this.#length; id++) {
      const at = id * FIELDS;
      let slot = hashAt(fields, at) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
    this.#fields = fields;
  }
}

function hashAt(fields: Uint32Array, at: number): number {
  return hash(
    fields[at] as number,
    fields[at + 1] as number,
    fields[at + 2] as number,
    fields[at + 3] as number,
    fields[at + 4] as number,
  );
}

/** Mixes five words; multipliers and final shifts of the MurmurHash3 finalizer. */
function hash(a: number, b: number, c: number, d: number, tag: number): number {
  let mixed = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b) ^ c;
  mixed = Math.imul(mixed ^ d, 0xc2b2ae35) ^ Math.imul(tag, 0x27d4eb2f);
  mixed ^= mixed >>> 16;
  mixed = Math.imul(mixed, 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
