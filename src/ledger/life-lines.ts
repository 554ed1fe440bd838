import { grownColumn } from './grown-column.ts';
import { NONE } from './slot.ts';

/** Spans kept per port; older ones are overwritten. */
export const LIFE_SPANS = 6;

/** A time in which a port had one owner, one state and one remote. */
export interface LifeSpan {
  /** Owner id, or an owner code. */
  readonly owner: number;
  /** PORT_STATE code. */
  readonly state: number;
  /** Remote id; -1 when it talked to nobody that was seen. */
  readonly remote: number;
  /** Boot clock, whole seconds. */
  readonly fromS: number;
  /** Boot clock, whole seconds; undefined while it lasts. */
  readonly toS: number | undefined;
}

/** What a span holds where the owner or the remote is remembered no more. */
export const FORGOTTEN = -9;

/** The last spans of each port: a ring of {@link LIFE_SPANS} per slot, 17 bytes a span. */
export class LifeLines {
  owner: Int32Array = new Int32Array(0);
  remote: Int32Array = new Int32Array(0);
  state: Uint8Array = new Uint8Array(0);
  private from: Uint32Array = new Uint32Array(0);
  /** 0 while the span lasts. */
  private to: Uint32Array = new Uint32Array(0);
  /** Spans ever begun per slot. */
  private begun: Uint32Array = new Uint32Array(0);

  reserve(slots: number): void {
    if (slots <= this.begun.length) return;
    this.begun = grownColumn(this.begun, slots);
    this.owner = grownColumn(this.owner, slots * LIFE_SPANS);
    this.remote = grownColumn(this.remote, slots * LIFE_SPANS);
    this.state = grownColumn(this.state, slots * LIFE_SPANS);
    this.from = grownColumn(this.from, slots * LIFE_SPANS);
    this.to = grownColumn(this.to, slots * LIFE_SPANS);
  }

  /** Goes on with the present span, or ends it and begins another, when anything of it differs. */
  note(slot: number, owner: number, state: number, remote: number, nowS: number): void {
    const begun = this.begun[slot] as number;
    if (begun > 0) {
      const at = slot * LIFE_SPANS + ((begun - 1) % LIFE_SPANS);
      if (this.to[at] === 0) {
        const isSame = this.owner[at] === owner && this.state[at] === state;
        if (isSame && this.remote[at] === remote) return;
        // Learned later in the same state: it was so from its beginning, as far as anybody knows.
        if (isSame && this.remote[at] === NONE) {
          this.remote[at] = remote;
          return;
        }
        this.to[at] = Math.max(1, nowS);
      }
    }
    const at = slot * LIFE_SPANS + (begun % LIFE_SPANS);
    this.owner[at] = owner;
    this.state[at] = state;
    this.remote[at] = remote;
    this.from[at] = nowS;
    this.to[at] = 0;
    this.begun[slot] = begun + 1;
  }

  /** The port is free from now on. */
  end(slot: number, nowS: number): void {
    const begun = this.begun[slot] as number;
    if (begun === 0) return;
    const at = slot * LIFE_SPANS + ((begun - 1) % LIFE_SPANS);
    if (this.to[at] === 0) this.to[at] = Math.max(1, nowS);
  }

  /** Another port gets the slot. */
  clear(slot: number): void {
    this.begun[slot] = 0;
  }

  /** Spans of a slot, the oldest first. */
  of(slot: number): readonly LifeSpan[] {
    const begun = this.begun[slot] ?? 0;
    const count = Math.min(begun, LIFE_SPANS);
    return Array.from({ length: count }, (_, index) => {
      const at = slot * LIFE_SPANS + ((begun - count + index) % LIFE_SPANS);
      return {
        owner: this.owner[at] as number,
        state: this.state[at] as number,
        remote: this.remote[at] as number,
        fromS: this.from[at] as number,
        toS: this.to[at] === 0 ? undefined : (this.to[at] as number),
      };
    });
  }

  /**
   * Calls `visit` with the place of every span of a slot in `owner` and `remote`, so that a sweep can mark what they
   * point to or cut them off.
   */
  visit(slot: number, visit: (at: number) => void): void {
    const count = Math.min(this.begun[slot] ?? 0, LIFE_SPANS);
    for (let index = 0; index < count; index++) visit(slot * LIFE_SPANS + index);
  }
}
