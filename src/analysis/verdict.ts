import type { GroupReport, PoolReport, Report } from '../model/report.ts';
import { findLeaks, type GrowingGroup, type Leak, timeLeftMs } from './leaks.ts';
import { type VerdictFacts, verdictSentence } from './verdict-sentence.ts';

/** From the worst to the best; the first that holds is told. */
export const VERDICT_KINDS = [
  'nothing_read',
  'exhausted',
  'leaking',
  'time_wait_storm',
  'busy_destination',
  'near',
  'stuck',
  'held',
  'blind',
  'fine',
] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** What is to be thought of this host, in one sentence. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly sentence: string;
}

export interface VerdictInput {
  readonly report: Report | undefined;
  readonly groups: readonly GrowingGroup[];
  /** False where remote addresses must not be told. */
  readonly showRemotes: boolean;
}

const NEAR_SHARE = 0.8;
/** TIME_WAIT takes the bigger part of a range that is at least this full. */
const STORM_SHARE = 0.4;
/** One destination is served by so much of the capacity: connections to it fail long before the range is empty. */
const BUSY_SHARE = 0.5;
/** Stuck ports that cost a noticeable part of the capacity. */
const STUCK_SHARE = 0.02;
const STUCK_LEAST = 10;
/** Ports without a connection that one owner holds, too young to be stuck: a look at the host is worth it. */
const HELD_SHARE = 0.1;
/** A share of the used ports that nobody may be named for. */
const HIDDEN_SHARE = 0.1;
const HIDDEN_LEAST = 10;
/** Codes of a probe that found no port (linux: bind(2), windows: WSAENOBUFS). */
const FULL_CODES = ['EADDRINUSE', 'EAGAIN', 'EADDRNOTAVAIL', 'ENOBUFS'];

/** Judges a host by its last report and how its owners grow. */
export function judge({ report, groups, showRemotes }: VerdictInput): Verdict {
  const facts = findFacts(report, groups);
  return { kind: facts.kind, sentence: verdictSentence(facts, showRemotes) };
}

function findFacts(report: Report | undefined, groups: readonly GrowingGroup[]): VerdictFacts {
  const pools = report?.pools ?? [];
  const fullest = byShare(pools)[0];
  if (report === undefined || fullest === undefined) {
    return { kind: 'nothing_read', problem: report?.problems[0] };
  }
  const exhausted = pools.find((pool) => isExhausted(pool, report));
  if (exhausted !== undefined) return { kind: 'exhausted', pool: exhausted, owner: biggestOwner(exhausted, report) };
  const leaks = findLeaks(groups);
  const leak = leaks[0];
  if (leak !== undefined) return leaking(leak, leaks, pools);
  const storm = pools.find((pool) => isStorm(pool));
  if (storm !== undefined) return { kind: 'time_wait_storm', pool: storm, timeWaitSeconds: report.timeWaitSeconds };
  const busy = pools.find((pool) => (pool.destinations[0]?.used ?? 0) >= pool.capacity * BUSY_SHARE);
  const destination = busy?.destinations[0];
  if (busy !== undefined && destination !== undefined) return { kind: 'busy_destination', pool: busy, destination };
  if (shareOf(fullest) >= NEAR_SHARE) return { kind: 'near', pool: fullest, owner: biggestOwner(fullest, report) };
  const stuck = mostStuck(report.groups, pools);
  if (stuck !== undefined) return { kind: 'stuck', owner: stuck };
  const held = mostHeld(report.groups, pools);
  if (held !== undefined) return { kind: 'held', owner: held, ports: heldBy(held) };
  return blindness(report, pools) ?? { kind: 'fine', pool: fullest };
}

function leaking(leak: Leak, leaks: readonly Leak[], pools: readonly PoolReport[]): VerdictFacts {
  const pool = pools.find(({ netns, protocol }) => netns === leak.group.netns && protocol === leak.protocol);
  const leftMs = pool === undefined ? undefined : timeLeftMs(pool, leaks);
  return { kind: 'leaking', leak, others: leaks.length - 1, leftMs };
}

function isExhausted(pool: PoolReport, { probes, namespaces }: Report): boolean {
  if (pool.used >= pool.capacity) return true;
  // Probes are made in our own namespace, which is the first of the sample.
  if (pool.netns !== namespaces[0]?.netns) return false;
  return probes.some(({ protocol, code }) => protocol === pool.protocol && FULL_CODES.includes(code));
}

function isStorm({ states, used, capacity }: PoolReport): boolean {
  const waiting = states.time_wait ?? 0;
  return used >= capacity * STORM_SHARE && waiting * 2 > used;
}

function mostStuck(groups: readonly GroupReport[], pools: readonly PoolReport[]): GroupReport | undefined {
  const [most] = groups
    .filter(({ mutedReason, stuck }) => mutedReason === '' && stuck.ports >= STUCK_LEAST)
    .sort((one, other) => other.stuck.ports - one.stuck.ports);
  const pool = pools.find(({ netns, protocol }) => netns === most?.netns && protocol === 'tcp');
  return most !== undefined && most.stuck.ports >= (pool?.capacity ?? 0) * STUCK_SHARE ? most : undefined;
}

function mostHeld(groups: readonly GroupReport[], pools: readonly PoolReport[]): GroupReport | undefined {
  const [most] = groups
    .filter(({ mutedReason }) => mutedReason === '')
    .sort((one, other) => heldBy(other) - heldBy(one));
  const pool = pools.find(({ netns, protocol }) => netns === most?.netns && protocol === 'tcp');
  if (most === undefined || pool === undefined) return undefined;
  return heldBy(most) >= Math.max(STUCK_LEAST, pool.capacity * HELD_SHARE) ? most : undefined;
}

function heldBy({ ports }: GroupReport): number {
  return (ports.tcp.bound ?? 0) + (ports.tcp.close_wait ?? 0);
}

function blindness({ unattributed }: Report, pools: readonly PoolReport[]): VerdictFacts | undefined {
  const unseen = pools.find(({ protocol, states }) => protocol === 'tcp' && states.bound === undefined);
  if (unseen !== undefined) return { kind: 'blind', pool: unseen, hidden: 0 };
  for (const pool of pools) {
    const hidden = unattributed
      .filter(({ netns, protocol }) => netns === pool.netns && protocol === pool.protocol)
      .reduce((sum, { reason, ports }) => sum + (reason === 'no_permission' ? ports : 0), 0);
    if (hidden >= HIDDEN_LEAST && hidden >= pool.used * HIDDEN_SHARE) return { kind: 'blind', pool, hidden };
  }
  return undefined;
}

/** The owner with most ports of a pool, `(unknown)` included. */
function biggestOwner(pool: PoolReport, { groups }: Report): GroupReport | undefined {
  const portsIn = (group: GroupReport): number => {
    return Object.values(group.ports[pool.protocol]).reduce((sum, count) => sum + count, 0);
  };
  const [biggest] = groups
    .filter((group) => group.netns === pool.netns && portsIn(group) > 0)
    .sort((one, other) => portsIn(other) - portsIn(one));
  return biggest;
}

function byShare(pools: readonly PoolReport[]): readonly PoolReport[] {
  return [...pools].sort((one, other) => shareOf(other) - shareOf(one));
}

function shareOf({ used, capacity }: PoolReport): number {
  return capacity === 0 ? 1 : used / capacity;
}
