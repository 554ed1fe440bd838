import type { SocketSource } from './socket-source.ts';
import { appendWanted, createWindowsSockets, type WantedPorts, type WindowsSockets } from './windows-sockets.ts';

/** How long the last good rows stand in for a piece that fails: long enough for a hiccup, too short for a lie. */
const KEEP_MS = 60_000;

/**
 * The rows of one piece with a memory. A failed reading is told by its error, but its ports must not look released: the last
 * good rows go into that sample, for up to 60 s.
 */
export interface KeptSockets {
  /** Appends the newest rows, then throws if they could not be read anew. @throws ExporterError */
  append(into: WindowsSockets, wanted: WantedPorts, limit: Promise<never>): Promise<void>;
}

export function createKeptSockets(source: SocketSource, nowMs: () => number): KeptSockets {
  let kept = createWindowsSockets();
  let keptAtMs = Number.NEGATIVE_INFINITY;
  return {
    async append(into, wanted, limit) {
      try {
        const fresh = await Promise.race([source.read(wanted), limit]);
        kept = fresh;
        keptAtMs = nowMs();
        appendWanted(into, fresh, wanted);
      } catch (error) {
        if (nowMs() - keptAtMs <= KEEP_MS) appendWanted(into, kept, wanted);
        throw error;
      }
    },
  };
}
