import { grownCapacity, grownColumn } from './grown-column.ts';
import type { Pool } from './pool.ts';
import { NONE, SLOT } from './slot.ts';

/** Slots kept for the life lines of ports that are free by now; beyond it the port that is free for longest is forgotten. */
const KEPT_SLOTS = 65_536;

/**
 * Everything remembered per port, a column per field; a port keeps its slot while it is used and, within
 * {@link KEPT_SLOTS}, after that.
 */
export class PortTable {
  /** Slots given out, free ones included. */
  length = 0;
  /** Slots whose port is used. */
  liveCount = 0;

  pool: Int32Array = new Int32Array(0);
  port: Uint16Array = new Uint16Array(0);
  /** {@link SLOT} code. */
  live: Uint8Array = new Uint8Array(0);
  /** Member (owner within a namespace) that owns the port. */
  member: Int32Array = new Int32Array(0);
  state: Uint8Array = new Uint8Array(0);
  /** Boot ms; NaN when not held. */
  heldSinceMs: Float64Array = new Float64Array(0);
  stuck: Uint8Array = new Uint8Array(0);
  /** Last remote of the present owner since it took the port, held or not. */
  remote: Int32Array = new Int32Array(0);
  /** Key and creation stamp of the dominant socket. */
  keyLow: Uint32Array = new Uint32Array(0);
  keyHigh: Uint32Array = new Uint32Array(0);
  created: Uint32Array = new Uint32Array(0);

  /** Generation of the sample in which the columns below were filled. */
  seen: Uint32Array = new Uint32Array(0);
  /** Dominant socket of this sample: its state, owner and row. */
  bestState: Uint8Array = new Uint8Array(0);
  bestOwner: Int32Array = new Int32Array(0);
  bestRow: Int32Array = new Int32Array(0);
  /** 1 when a socket of the previous sample still is on the port. */
  continues: Uint8Array = new Uint8Array(0);
  /** Row that this sample's remote was learned from; NONE when it is remembered. */
  remoteRow: Int32Array = new Int32Array(0);

  /** Neighbours in the list of slots whose port is free, the one that is free for longest first; slot + 1. */
  private before: Int32Array = new Int32Array(0);
  private after: Int32Array = new Int32Array(0);
  private oldest = 0;
  private newest = 0;
  /** Slots of no port at all, a list through `after`. */
  private unused = 0;
  private readonly forget: (slot: number) => void;

  /** `forget` takes a slot out of its pool's index when another port gets it. */
  constructor(forget: (slot: number) => void) {
    this.forget = forget;
  }

  /** The slot of a port, a new one if it has none. */
  slotOf(pool: Pool, port: number): number {
    const known = pool.find(port);
    if (known !== NONE) return known;
    const slot = this.take();
    pool.put(port, slot);
    this.pool[slot] = pool.id;
    this.port[slot] = port;
    this.live[slot] = SLOT.free;
    this.seen[slot] = 0;
    this.linkFree(slot);
    return slot;
  }

  /** The free port of `slot` is in the sample being taken in. */
  arrive(slot: number): void {
    this.unlinkFree(slot);
    this.live[slot] = SLOT.arriving;
    this.liveCount++;
    this.member[slot] = NONE;
    this.heldSinceMs[slot] = Number.NaN;
    this.stuck[slot] = 0;
    this.remote[slot] = NONE;
  }

  /** The port of `slot` is free from now on. */
  retire(slot: number): void {
    this.live[slot] = SLOT.free;
    this.liveCount--;
    this.member[slot] = NONE;
    this.remote[slot] = NONE;
    this.heldSinceMs[slot] = Number.NaN;
    this.stuck[slot] = 0;
    this.linkFree(slot);
  }

  /** Gives back the slots of a pool that is no more. */
  drop(pool: Pool): void {
    for (let slot = 0; slot < this.length; slot++) {
      if (this.pool[slot] !== pool.id) continue;
      if (this.live[slot] !== SLOT.free) this.retire(slot);
      this.unlinkFree(slot);
      this.forget(slot);
      this.pool[slot] = NONE;
      this.after[slot] = this.unused;
      this.unused = slot + 1;
    }
  }

  private take(): number {
    if (this.unused !== 0) {
      const slot = this.unused - 1;
      this.unused = this.after[slot] as number;
      return slot;
    }
    if (this.length >= KEPT_SLOTS && this.oldest !== 0) {
      const slot = this.oldest - 1;
      this.unlinkFree(slot);
      this.forget(slot);
      return slot;
    }
    if (this.length === this.port.length) this.grow(grownCapacity(this.length, this.length + 1));
    return this.length++;
  }

  private linkFree(slot: number): void {
    this.before[slot] = this.newest;
    this.after[slot] = 0;
    if (this.newest === 0) this.oldest = slot + 1;
    else this.after[this.newest - 1] = slot + 1;
    this.newest = slot + 1;
  }

  private unlinkFree(slot: number): void {
    const before = this.before[slot] as number;
    const after = this.after[slot] as number;
    if (before === 0) this.oldest = after;
    else this.after[before - 1] = after;
    if (after === 0) this.newest = before;
    else this.before[after - 1] = before;
  }

  private grow(capacity: number): void {
    this.pool = grownColumn(this.pool, capacity);
    this.port = grownColumn(this.port, capacity);
    this.live = grownColumn(this.live, capacity);
    this.member = grownColumn(this.member, capacity);
    this.state = grownColumn(this.state, capacity);
    this.heldSinceMs = grownColumn(this.heldSinceMs, capacity);
    this.stuck = grownColumn(this.stuck, capacity);
    this.remote = grownColumn(this.remote, capacity);
    this.keyLow = grownColumn(this.keyLow, capacity);
    this.keyHigh = grownColumn(this.keyHigh, capacity);
    this.created = grownColumn(this.created, capacity);
    this.seen = grownColumn(this.seen, capacity);
    this.bestState = grownColumn(this.bestState, capacity);
    this.bestOwner = grownColumn(this.bestOwner, capacity);
    this.bestRow = grownColumn(this.bestRow, capacity);
    this.continues = grownColumn(this.continues, capacity);
    this.remoteRow = grownColumn(this.remoteRow, capacity);
    this.before = grownColumn(this.before, capacity);
    this.after = grownColumn(this.after, capacity);
  }
}
