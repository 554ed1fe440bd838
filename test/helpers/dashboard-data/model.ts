import type { FamilyKey, LabelsOf } from '../../../src/metrics/families.ts';
import type { Protocol } from '../../../src/model/protocol.ts';
import type { PortState } from '../../../src/model/socket-state.ts';

/** Seconds of unix time. */
export type Seconds = number;

/** The ports of one owner group as a story: pure functions of time. */
export interface GroupStory {
  readonly protocol: Protocol;
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
  /** Ports by state at a time. */
  ports(at: Seconds): Partial<Record<PortState, number>>;
  /** Ports opened (and released) a second besides those that leak. */
  readonly churn: number;
  /** Set for groups with a leak. */
  readonly leak?: LeakStory;
  /** Start of the process that runs at a time. */
  startedAt(at: Seconds): Seconds;
  readonly changedAt: Seconds;
  readonly members: number;
}

export interface LeakStory {
  stuck(at: Seconds): number;
  /** Since when the oldest held port is held. */
  oldest(at: Seconds): Seconds;
  /** Ports freed by exits up to a time. */
  exited(at: Seconds): number;
  /** Shares of the stuck ports by last remote and class; they sum to 1. */
  readonly remotes: readonly { readonly remote: string; readonly class: string; readonly share: number }[];
  /** Calls a second to link-local addresses; 0 without. */
  readonly linkLocalRate: number;
}

/** One host as a story. */
export interface HostStory {
  readonly instance: string;
  readonly os: 'windows' | 'linux';
  readonly firstPort: number;
  readonly capacity: number;
  readonly namespaces: readonly string[];
  readonly groups: readonly GroupStory[];
  /** Start of the exporter that runs at a time: counters begin anew there. */
  exporterStart(at: Seconds): Seconds;
  /** False while the exporter is not reached. */
  up(at: Seconds): boolean;
  /** True while no port is free. */
  full(at: Seconds): boolean;
  /** Since when the times it was full are counted. */
  readonly fullFrom: Seconds;
  readonly failing?: string;
  readonly destinations: readonly { readonly remote: string; readonly share: number }[];
  /** Begin of the host's data. */
  readonly from: Seconds;
}

/** Takes one sample of a family of the contract; labels are checked against it. */
export type Emit = <K extends FamilyKey>(key: K, labels: LabelsOf<K>, value: number) => void;

/** Noise between -1 and 1 that is the same in every run: a hash of the seed text and the time. */
export function noise(seed: string, at: Seconds): number {
  let hash = 2_166_136_261 ^ Math.floor(at / 60);
  for (let index = 0; index < seed.length; index++) hash = Math.imul(hash ^ seed.charCodeAt(index), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2_147_483_648 - 1;
}

/** Load of a working day: 0 at 3 in the night, 1 in the early afternoon (UTC). */
export function workday(at: Seconds): number {
  const hour = (at / 3600) % 24;
  return Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI)) ** 1.5 * 0.9 + 0.1;
}
