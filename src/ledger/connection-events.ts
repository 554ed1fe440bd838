import type { ConnectionEvent, Sample } from '../model/sample.ts';
import type { OwnerTable } from './owner-table.ts';
import type { Pool } from './pool.ts';
import { TupleKey } from './tuple-key.ts';

/** Both ends of an event as the columns hold them: local words, then remote words. */
export function eventWords(event: ConnectionEvent): Uint32Array {
  return Uint32Array.from([...event.local, ...event.remote]);
}

/**
 * Who closed which connection, by the trace: of this sample and the one before it, since an event and the row that it
 * explains may fall on both sides of a reading.
 */
export class ClosedTuples {
  private previous = new Map<number, number>();
  private current = new Map<number, number>();
  private readonly key = new TupleKey();

  begin(sample: Sample, pools: readonly Pool[], owners: OwnerTable): void {
    this.previous = this.current;
    this.current = new Map();
    for (const event of sample.connectionEvents) {
      const pool = pools[event.netns * 2];
      if (event.kind !== 'closed' || pool === undefined || sample.processes[event.process] === undefined) continue;
      const words = eventWords(event);
      this.key.compute(pool.id, words, 0, event.localPort, words, 4, event.remotePort);
      this.current.set(this.key.asNumber, owners.ofSample[event.process] as number);
    }
  }

  get isEmpty(): boolean {
    return this.current.size === 0 && this.previous.size === 0;
  }

  /** Owner that closed the tuple `key` last; undefined when no event tells. */
  closerOf(key: TupleKey): number | undefined {
    return this.current.get(key.asNumber) ?? this.previous.get(key.asNumber);
  }

  /** Owners that are still needed. */
  *owners(): Generator<number> {
    yield* this.current.values();
    yield* this.previous.values();
  }
}

/** A connection that a process opened, not yet matched with a port that it owns. */
export interface OpenedConnection {
  readonly pool: Pool;
  readonly port: number;
  readonly owner: number;
  readonly remote: number;
}

/** Opened connections whose port was not yet seen with that owner; they are tried once more with the next sample. */
export class PendingConnections {
  list: OpenedConnection[] = [];
}
