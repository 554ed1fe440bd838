import type { Sample, SystemEventCount } from '../model/sample.ts';

/** Events that tell of exhaustion, counted from 0 wherever the event log is read (Windows). */
const WATCHED: readonly SystemEventCount[] = [
  { eventId: 4227, provider: 'Tcpip', count: 0, lastMs: 0 },
  { eventId: 4231, provider: 'Tcpip', count: 0, lastMs: 0 },
  { eventId: 4266, provider: 'Tcpip', count: 0, lastMs: 0 },
  { eventId: 5719, provider: 'NETLOGON', count: 0, lastMs: 0 },
];

/** Events so far with those of one more sample; empty until an event log was read. */
export function countSystemEvents(
  previous: readonly SystemEventCount[],
  { pieces, systemEvents }: Pick<Sample, 'pieces' | 'systemEvents'>,
): readonly SystemEventCount[] {
  const isRead = systemEvents.length > 0 || pieces.some(({ piece, success }) => piece === 'events' && success);
  const start = previous.length === 0 && isRead ? WATCHED : previous;
  return systemEvents.reduce(addEvents, start);
}

function addEvents(all: readonly SystemEventCount[], fresh: SystemEventCount): readonly SystemEventCount[] {
  const isSame = (one: SystemEventCount): boolean => one.eventId === fresh.eventId && one.provider === fresh.provider;
  const before = all.find(isSame);
  if (before === undefined) return [...all, fresh];
  const after = { ...before, count: before.count + fresh.count, lastMs: Math.max(before.lastMs, fresh.lastMs) };
  return all.map((one) => (isSame(one) ? after : one));
}
