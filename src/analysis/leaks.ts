import type { Protocol } from '../model/protocol.ts';
import type { GroupReport, PoolReport } from '../model/report.ts';
import type { GroupGrowth } from './group-growth.ts';
import { timeToExhaustionMs } from './growth.ts';

/** A group with how it grows. */
export interface GrowingGroup {
  readonly group: GroupReport;
  readonly growth: GroupGrowth;
}

/** A group that takes ports at one pace and gives none back. */
export interface Leak {
  readonly group: GroupReport;
  readonly protocol: Protocol;
  readonly perMinute: number;
  /** Unix ms of the first point that the pace was measured from. */
  readonly sinceMs: number;
}

/** Stuck ports that a program may well have for good reasons: a pool of reserved ports, a forgotten handle. */
const LEAST_STUCK = 10;
/** Three ports an hour; slower ones take a year to fill a range. */
const LEAST_PER_MINUTE = 0.05;
/** What was taken in one go and merely stays goes on at no pace at all in the later half of the window. */
const LEAST_STILL_GOING = 0.2;
/** UDP has no held state, so that only the pace tells; a morning's rise is less even than this. */
const LEAST_UDP_CONSTANCY = 0.5;
const LEAST_UDP_PER_MINUTE = 0.5;

/** The groups that leak now, the fastest first; muted owners are left out. */
export function findLeaks(groups: readonly GrowingGroup[]): readonly Leak[] {
  const leaks = groups.flatMap(({ group, growth }) => {
    if (group.mutedReason !== '') return [];
    return [tcpLeak(group, growth), udpLeak(group, growth)].filter((leak) => leak !== undefined);
  });
  return leaks.sort((one, other) => other.perMinute - one.perMinute);
}

/** Milliseconds until the leaks of a pool have used up what is free of it; undefined when none leaks there. */
export function timeLeftMs(pool: PoolReport, leaks: readonly Leak[]): number | undefined {
  const own = leaks.filter(({ group, protocol }) => group.netns === pool.netns && protocol === pool.protocol);
  const perMinute = own.reduce((sum, leak) => sum + leak.perMinute, 0);
  return timeToExhaustionMs(pool.capacity - pool.used, perMinute);
}

function tcpLeak(group: GroupReport, { held, heldLately }: GroupGrowth): Leak | undefined {
  if (group.stuck.ports < LEAST_STUCK || held === undefined) return undefined;
  const lately = heldLately?.perMinute ?? held.perMinute;
  if (lately < held.perMinute * LEAST_STILL_GOING) return undefined;
  const perMinute = Math.max(held.perMinute, lately);
  return perMinute < LEAST_PER_MINUTE ? undefined : { group, protocol: 'tcp', perMinute, sinceMs: held.sinceMs };
}

function udpLeak(group: GroupReport, { udp }: GroupGrowth): Leak | undefined {
  // Without a constancy the series is too short to tell a leak from a start.
  if (udp?.constancy === undefined || udp.constancy < LEAST_UDP_CONSTANCY) return undefined;
  if (udp.perMinute < LEAST_UDP_PER_MINUTE) return undefined;
  return { group, protocol: 'udp', perMinute: udp.perMinute, sinceMs: udp.sinceMs };
}
