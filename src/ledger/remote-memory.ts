import { linkLocalClass } from '../model/address.ts';
import type { RemoteTable } from '../model/attributed.ts';
import { LINK_LOCAL_CLASSES } from '../model/link-local.ts';
import { grownCapacity, grownColumn } from './grown-column.ts';

/** Code of a remote that is not link-local; else the index into LINK_LOCAL_CLASSES. */
export const NOT_LINK_LOCAL = 255;

/** Every remote endpoint that something remembered points to, each once; ids stay until a sweep finds them unused. */
export class RemoteMemory implements RemoteTable {
  /** Ids given out so far, free ones included. */
  length = 0;
  words: Uint32Array = new Uint32Array(256 * 4);
  ports: Uint16Array = new Uint16Array(256);
  /** Index into LINK_LOCAL_CLASSES, or {@link NOT_LINK_LOCAL}. */
  linkLocal: Uint8Array = new Uint8Array(256);
  /** Ids in use. */
  used = 0;
  /** Next of the same bucket, or of the free list; id + 1, 0 at the end. */
  private next: Int32Array = new Int32Array(256);
  private buckets: Int32Array = new Int32Array(512);
  private free = 0;

  isSame(id: number, words: Uint32Array, offset: number, port: number): boolean {
    const at = id * 4;
    return (
      this.words[at + 3] === words[offset + 3] &&
      this.ports[id] === port &&
      this.words[at + 2] === words[offset + 2] &&
      this.words[at + 1] === words[offset + 1] &&
      this.words[at] === words[offset]
    );
  }

  /** Id of the remote at `offset` of `words`, new or known. */
  intern(words: Uint32Array, offset: number, port: number): number {
    const hash = hashOf(words, offset, port);
    for (
      let at = this.buckets[hash & (this.buckets.length - 1)] as number;
      at !== 0;
      at = this.next[at - 1] as number
    ) {
      if (this.isSame(at - 1, words, offset, port)) return at - 1;
    }
    const id = this.takeId();
    this.words.set(words.subarray(offset, offset + 4), id * 4);
    this.ports[id] = port;
    const name = linkLocalClass(words, offset);
    this.linkLocal[id] = name === 'other' ? NOT_LINK_LOCAL : LINK_LOCAL_CLASSES.indexOf(name);
    this.used++;
    this.link(id, hash);
    return id;
  }

  /** Forgets every id whose mark is 0. */
  sweep(marks: Uint8Array): void {
    this.buckets.fill(0);
    this.free = 0;
    this.used = 0;
    for (let id = this.length - 1; id >= 0; id--) {
      if (marks[id] === 1) {
        this.link(id, hashOf(this.words, id * 4, this.ports[id] as number));
        this.used++;
      } else {
        this.next[id] = this.free;
        this.free = id + 1;
      }
    }
  }

  private takeId(): number {
    if (this.free !== 0) {
      const id = this.free - 1;
      this.free = this.next[id] as number;
      return id;
    }
    if (this.length === this.ports.length) this.grow();
    return this.length++;
  }

  private link(id: number, hash: number): void {
    const bucket = hash & (this.buckets.length - 1);
    this.next[id] = this.buckets[bucket] as number;
    this.buckets[bucket] = id + 1;
  }

  private grow(): void {
    const capacity = grownCapacity(this.length, this.length + 1);
    this.words = grownColumn(this.words, capacity * 4);
    this.ports = grownColumn(this.ports, capacity);
    this.linkLocal = grownColumn(this.linkLocal, capacity);
    this.next = grownColumn(this.next, capacity);
    this.buckets = new Int32Array(capacity);
    for (let id = 0; id < this.length; id++) this.link(id, hashOf(this.words, id * 4, this.ports[id] as number));
  }
}

function hashOf(words: Uint32Array, offset: number, port: number): number {
  let hash = Math.imul((words[offset + 3] as number) ^ port, 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ (words[offset] as number), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ (words[offset + 1] as number) ^ (words[offset + 2] as number), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
