import type { Protocol } from '../../../src/model/protocol.ts';
import { type GroupStory, type HostStory, type LeakStory, noise, type Seconds, workday } from './model.ts';

const DAY = 86_400;

interface ProgramSpec {
  readonly process: string;
  readonly unit: string;
  readonly netns?: string;
  readonly protocol?: Protocol;
  readonly started: Seconds;
}

/** A program whose connections follow the working day. */
export function busy(spec: ProgramSpec, peak: { established: number; timeWait: number }, churn: number): GroupStory {
  const seed = spec.process + spec.unit + spec.netns;
  return group(spec, churn, (at) => ({
    established: level(peak.established * workday(at), seed, at),
    time_wait: level(peak.timeWait * workday(at), `${seed}tw`, at),
    close_wait: 0,
    bound: 0,
    listen: 1,
    transient: level(peak.established * 0.01, `${seed}t`, at),
  }));
}

/** UDP sockets: a level, and ports a second that are never given back from `leakFrom` on. */
export function udp(
  spec: ProgramSpec,
  unconnected: number,
  leak: { from: Seconds; rate: number } = { from: 0, rate: 0 },
): GroupStory {
  return group({ ...spec, protocol: 'udp' }, 0.2 + leak.rate, (at) => ({
    established: level(unconnected / 4, `${spec.process}e`, at),
    unconnected: level(unconnected, spec.process, at) + Math.round(Math.max(0, at - leak.from) * leak.rate),
  }));
}

/** A program that takes `perMinute` ports and lets go only by exiting, at `restarts`. */
export function leaking(
  spec: ProgramSpec & { restarts: readonly Seconds[]; changed: Seconds; limit: number; stuckAfter?: Seconds },
  perMinute: number,
  remotes: LeakStory['remotes'],
): GroupStory {
  const begin = (at: Seconds): Seconds => spec.restarts.filter((restart) => restart <= at).at(-1) ?? spec.started;
  const grown = (at: Seconds): number => Math.min(spec.limit, Math.round(((at - begin(at)) / 60) * perMinute));
  const stuck = (at: Seconds): number => Math.min(grown(at), Math.max(0, grown(Math.max(begin(at), at - 900))));
  const linkLocal = remotes.some((remote) => remote.class !== 'other');
  return {
    ...group(spec, 0.06, (at) => ({
      established: level(14, spec.process, at),
      time_wait: level(30, `${spec.process}tw`, at),
      close_wait: level(3, `${spec.process}cw`, at),
      bound: grown(at) + level(4, `${spec.process}b`, at),
      listen: 2,
      transient: 0,
    })),
    startedAt: begin,
    changedAt: spec.changed,
    leak: {
      stuck,
      oldest: (at) => begin(at) + 30,
      exited: (at) =>
        spec.restarts.filter((restart) => restart <= at).reduce((sum, restart) => sum + stuck(restart - 60), 0),
      remotes,
      linkLocalRate: linkLocal ? (perMinute / 60) * 1.05 : 0,
    },
  };
}

function group(spec: ProgramSpec, churn: number, ports: GroupStory['ports']): GroupStory {
  return {
    protocol: spec.protocol ?? 'tcp',
    netns: spec.netns ?? 'host',
    process: spec.process,
    unit: spec.unit,
    ports,
    churn,
    startedAt: () => spec.started,
    changedAt: spec.started - 40 * DAY,
    members: 1,
  };
}

function level(mean: number, seed: string, at: Seconds): number {
  return Math.max(0, Math.round(mean * (1 + 0.06 * noise(seed, at))));
}

/** A host with sound defaults. */
export function host(given: Pick<HostStory, 'instance' | 'os' | 'groups' | 'from'> & Partial<HostStory>): HostStory {
  const windows = given.os === 'windows';
  return {
    firstPort: windows ? 49_152 : 32_768,
    capacity: windows ? 16_384 : 28_232,
    namespaces: ['host'],
    exporterStart: () => given.from - 3 * DAY,
    up: () => true,
    full: () => false,
    fullFrom: Number.POSITIVE_INFINITY,
    destinations: [
      { remote: '10.20.0.15:5432', share: 0.4 },
      { remote: '10.20.0.31:443', share: 0.25 },
      { remote: '[2001:db8:20::7]:443', share: 0.1 },
      { remote: '10.20.0.9:389', share: 0.08 },
      { remote: '(other)', share: 0.05 },
    ],
    ...given,
  };
}
