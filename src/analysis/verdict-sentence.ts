import type { Problem } from '../model/problem.ts';
import { type Destination, type GroupReport, type PoolReport, REMOTE_LABEL } from '../model/report.ts';
import type { Leak } from './leaks.ts';

/** What a verdict rests on. */
export type VerdictFacts =
  | { readonly kind: 'nothing_read'; readonly problem: Problem | undefined }
  | { readonly kind: 'exhausted' | 'near'; readonly pool: PoolReport; readonly owner: GroupReport | undefined }
  | { readonly kind: 'leaking'; readonly leak: Leak; readonly others: number; readonly leftMs: number | undefined }
  | { readonly kind: 'time_wait_storm'; readonly pool: PoolReport; readonly timeWaitSeconds: number }
  | { readonly kind: 'busy_destination'; readonly pool: PoolReport; readonly destination: Destination }
  | { readonly kind: 'stuck'; readonly owner: GroupReport }
  | { readonly kind: 'held'; readonly owner: GroupReport; readonly ports: number }
  | { readonly kind: 'blind'; readonly pool: PoolReport; readonly hidden: number }
  | { readonly kind: 'fine'; readonly pool: PoolReport };

/** The facts as a sentence for somebody who was just woken; names are as the host gave them, to be escaped by who prints. */
export function verdictSentence(facts: VerdictFacts, showRemotes: boolean): string {
  switch (facts.kind) {
    case 'nothing_read':
      return `Nothing could be read, so nothing is known of this host's ports${codeOf(facts.problem)}.`;
    case 'exhausted':
      return `${poolName(facts.pool)} has no port left (${useOf(facts.pool)}): ${mostBy(facts, showRemotes)}.`;
    case 'near':
      return `${poolName(facts.pool)} is nearly full (${useOf(facts.pool)}): ${mostBy(facts, showRemotes)}.`;
    case 'leaking':
      return leakSentence(facts, showRemotes);
    case 'time_wait_storm':
      return stormSentence(facts);
    case 'busy_destination': {
      const to = showRemotes ? facts.destination.remote : 'one destination';
      const ports = `${count(facts.destination.used)} of ${count(facts.pool.capacity)} ports`;
      return `${poolName(facts.pool)} serves ${to} with ${ports}: connections to it fail first, others still work.`;
    }
    case 'stuck': {
      const { stuck } = facts.owner;
      const talked = lastTalked(facts.owner, showRemotes);
      return `${nameOf(facts.owner)} holds ${count(stuck.ports)} stuck ports${talked}, but takes no more at present.`;
    }
    case 'held':
      return `${nameOf(facts.owner)} holds ${count(facts.ports)} ports without a connection, for how long is not known yet.`;
    case 'blind':
      return blindSentence(facts);
    case 'fine':
      return `The local pool is fine (${useOf(facts.pool)}): if connections fail, look at SNAT, conntrack or the remote side.`;
  }
}

function leakSentence({ leak, others, leftMs }: VerdictFacts & { kind: 'leaking' }, showRemotes: boolean): string {
  const pace = `${nameOf(leak.group)} leaks ${perMinuteText(leak.perMinute)} ${leak.protocol.toUpperCase()} ports a minute`;
  const stuck = leak.protocol === 'tcp' ? ` (${count(leak.group.stuck.ports)} stuck)` : '';
  const talked = leak.protocol === 'tcp' ? lastTalked(leak.group, showRemotes) : '';
  const left = leftMs === undefined ? '' : `; ${durationText(leftMs)} left until the range is full`;
  const more = others === 0 ? '' : `; ${others} more ${others === 1 ? 'owner leaks' : 'owners leak'}`;
  return `${pace}${stuck}${talked}${left}${more}.`;
}

function stormSentence({ pool, timeWaitSeconds }: VerdictFacts & { kind: 'time_wait_storm' }): string {
  const waiting = `${count(pool.states.time_wait ?? 0)} of ${count(pool.used)} used ports are in TIME_WAIT`;
  const back = timeWaitSeconds > 0 ? `each comes back after ${timeWaitSeconds} s` : 'they come back by themselves';
  return `${poolName(pool)} is full of short connections: ${waiting}, ${back}; reuse connections instead of opening new ones.`;
}

function blindSentence({ pool, hidden }: VerdictFacts & { kind: 'blind' }): string {
  const known = `${useOf(pool)} as far as seen`;
  if (hidden > 0) {
    return `The owners of ${count(hidden)} ports are hidden for lack of rights (${known}): run the exporter with more rights to name them.`;
  }
  return `Bound ports cannot be seen here, so the real use may be higher (${known}).`;
}

function mostBy({ owner }: { owner: GroupReport | undefined; pool: PoolReport }, showRemotes: boolean): string {
  if (owner === undefined) return 'nobody is known to hold them';
  if (owner.kind === 'unknown')
    return 'most are held by processes that cannot be named; run the exporter with more rights';
  const stuck = owner.stuck.ports > 0 ? ` and ${count(owner.stuck.ports)} stuck${lastTalked(owner, showRemotes)}` : '';
  return `${nameOf(owner)} holds most of them${stuck}`;
}

/** `, last seen talking to X`: the most frequent of the known remotes, with its share where that is less than half. */
function lastTalked({ stuck }: GroupReport, showRemotes: boolean): string {
  const [top] = stuck.remotes;
  if (top === undefined || top.remote === REMOTE_LABEL.neverSeen || top.remote === REMOTE_LABEL.other) return '';
  const share = top.ports * 2 < stuck.ports ? `${count(top.ports)} of them ` : '';
  if (showRemotes) return `, ${share}last seen talking to ${top.remote}`;
  return top.class === 'other' ? '' : `, ${share}last seen talking to a ${top.class.replaceAll('_', '-')} address`;
}

function nameOf({ process, unit }: GroupReport): string {
  return unit === '' ? process : `${process} (${unit})`;
}

function poolName({ netns, protocol }: PoolReport): string {
  const place = netns === 'host' || netns === 'self' ? '' : ` of namespace ${netns}`;
  return `The ${protocol.toUpperCase()} range${place}`;
}

function useOf({ used, capacity }: PoolReport): string {
  const percent = capacity === 0 ? 100 : (used / capacity) * 100;
  return `${percent < 10 ? percent.toFixed(1) : Math.floor(percent)} % used`;
}

function codeOf(problem: Problem | undefined): string {
  return problem === undefined ? '' : ` (${problem.code})`;
}

function count(ports: number): string {
  return ports.toLocaleString('en-US');
}

function perMinuteText(perMinute: number): string {
  return perMinute < 10 ? perMinute.toFixed(2) : perMinute.toFixed(0);
}

/** The two largest units of a time, rounded down: nobody is promised more than there is. */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${rest} min`;
  return minutes > 0 ? `${minutes} min` : 'less than a minute';
}
