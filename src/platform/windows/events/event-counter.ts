import type { SystemEventCount } from '../../../model/sample.ts';
import type { LogEvent } from './event-xml.ts';

/** Events of the System log that tell of exhaustion: tuple collision, TCP full, UDP full, and no domain controller reached. */
export const WATCHED_EVENTS = [
  { eventId: 4227, provider: 'Tcpip' },
  { eventId: 4231, provider: 'Tcpip' },
  { eventId: 4266, provider: 'Tcpip' },
  { eventId: 5719, provider: 'NETLOGON' },
] as const;

/** XPath that selects them, and the event of that record id if one is given. */
export function watchedXpath(recordId?: number): string {
  const providers = [...new Set(WATCHED_EVENTS.map(({ provider }) => `@Name='${provider}'`))].join(' or ');
  const ids = WATCHED_EVENTS.map(({ eventId }) => `EventID=${eventId}`).join(' or ');
  const watched = `Provider[${providers}] and (${ids})`;
  return recordId === undefined ? `*[System[${watched}]]` : `*[System[(${watched}) or EventRecordID=${recordId}]]`;
}

/** The newest watched events that one query asks for; more than this between two queries count as this many. */
export const EVENTS_PER_QUERY = 200;

export interface EventCounter {
  /** Takes the newest watched events of the log, in any order, and counts those that are new. */
  accept(events: readonly LogEvent[]): void;
  /** What was counted since the last call; every watched event has a row. */
  take(): readonly SystemEventCount[];
}

/**
 * Counts by EventRecordID: what the log held at the first query is not counted, only its times are kept. A newest id below
 * the mark, or none, means that the log was cleared, so that all there is is new.
 */
export function createEventCounter(): EventCounter {
  let mark: number | undefined;
  const counts = new Map<string, { count: number; lastMs: number }>(
    WATCHED_EVENTS.map((event) => [keyOf(event), { count: 0, lastMs: 0 }]),
  );

  return {
    accept(events) {
      const newest = events
        .filter((event) => counts.has(keyOf(event)))
        .reduce((highest, event) => Math.max(highest, event.recordId), 0);
      const countFrom = mark === undefined ? newest : newest < mark ? 0 : mark;
      for (const event of events) {
        const entry = counts.get(keyOf(event));
        if (entry === undefined) continue;
        if (event.recordId > countFrom) entry.count++;
        entry.lastMs = Math.max(entry.lastMs, event.atMs);
      }
      mark = newest;
    },
    take() {
      return WATCHED_EVENTS.map((event) => {
        const entry = counts.get(keyOf(event)) as { count: number; lastMs: number };
        const { count, lastMs } = entry;
        entry.count = 0;
        return { ...event, count, lastMs };
      });
    },
  };
}

function keyOf({ eventId, provider }: { readonly eventId: number; readonly provider: string }): string {
  return `${eventId} ${provider.toLowerCase()}`;
}
