import { type Finding, ok } from '../../check.ts';
import { WATCHED_EVENTS } from '../events/event-counter.ts';
import { readSystemEvents } from '../events/event-log.ts';
import type { QueryEvents } from '../events/wevtapi.ts';

/** What the System log holds of the watched events, and what asking costs: it is asked once a minute. @throws ExporterError */
export function checkEventLog(queryEvents: QueryEvents, nowMs: () => number): Finding {
  const startMs = nowMs();
  const events = readSystemEvents(queryEvents);
  const tookMs = Math.round(nowMs() - startMs);
  const counts = WATCHED_EVENTS.map(({ eventId }) => {
    const own = events.filter((event) => event.eventId === eventId);
    const last = Math.max(0, ...own.map(({ atMs }) => atMs));
    return `${eventId}: ${own.length}${last > 0 ? ` (last ${new Date(last).toISOString()})` : ''}`;
  });
  return ok(`the newest ${events.length} asked for in ${tookMs} ms; ${counts.join(', ')}`);
}
