import { TraceConnections, type TracedConnection } from './trace-connections.ts';
import type { TraceInstance } from './trace-instance.ts';
import { decodePage } from './trace-page.ts';
import { readStateChange, type StateChange } from './trace-record.ts';

/** What a trace saw since it was last read. */
export interface TraceReading {
  readonly connections: readonly TracedConnection[];
  readonly lost: number;
}

// Pages of one CPU that one reading takes: its whole buffer, and not what is written meanwhile.
const MOST_PAGES = 1024;
const NS_PER_MS = 1e6;

/** Reads the raw pages of all CPUs and puts their records in one order. */
export class TraceReader {
  readonly #instance: TraceInstance;
  readonly #connections = new TraceConnections();
  readonly #page: Uint8Array;
  #early: StateChange[] = [];

  constructor(instance: TraceInstance) {
    this.#instance = instance;
    this.#page = new Uint8Array(instance.pages.pageLength);
  }

  /**
   * Connections up to `nowMs` (boot clock, read before this call). Later records wait: another CPU's buffer, read a moment
   * earlier, may yet lack what they follow from.
   * @throws Error of node:fs when the instance is gone
   */
  read(nowMs: number): TraceReading {
    const changes = this.#early;
    let lost = 0;
    let untilNs = nowMs * NS_PER_MS;
    for (const pipe of this.#instance.pipes) {
      let pages = 0;
      for (let length = pipe.read(this.#page); length > 0; length = pipe.read(this.#page)) {
        lost += this.#decode(length, changes);
        if (++pages < MOST_PAGES) continue;
        untilNs = Math.min(untilNs, changes.at(-1)?.timeNs ?? 0);
        break;
      }
    }
    changes.sort((a, b) => a.timeNs - b.timeNs);
    const later = changes.findIndex((change) => change.timeNs > untilNs);
    this.#early = later < 0 ? [] : changes.splice(later);
    if (lost > 0) this.#connections.forget();
    return { connections: this.#connections.join(changes), lost };
  }

  close(): void {
    this.#instance.close();
  }

  #decode(length: number, changes: StateChange[]): number {
    const view = new DataView(this.#page.buffer, 0, length);
    return decodePage(view, this.#instance.pages, (start, end, timeNs) => {
      const change = readStateChange(view, this.#instance.records, start, end, timeNs);
      if (change !== undefined) changes.push(change);
    });
  }
}
