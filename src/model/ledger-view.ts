import type { Attributed } from './attributed.ts';
import type { Protocol } from './protocol.ts';
import type { PortState } from './socket-state.ts';

/** What an owner group is called: its labels. */
export interface GroupKey {
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
}

/** The rings that history is kept in: 1 min for 24 h, 5 min for 8 days. */
export const HISTORY_STEPS = ['1m', '5m'] as const;
export type HistoryStep = (typeof HISTORY_STEPS)[number];

/** What a group's history counts: TCP ports by state, UDP ports altogether. */
export const HISTORY_COUNTS = [
  'listen',
  'established',
  'transient',
  'close_wait',
  'bound',
  'time_wait',
  'udp',
] as const;
export type HistoryCount = (typeof HISTORY_COUNTS)[number];

/** A point in a group's history where the slope may begin: a member started, or runs another executable. */
export interface ChangeMark {
  readonly kind: 'start' | 'executable';
  /** Start, or change of the file, unix ms. */
  readonly atMs: number;
  /** Unix ms when the ledger saw it. */
  readonly seenMs: number;
}

/** Ports of one group over time, oldest first; times are missing where nothing was sampled. */
export interface GroupHistory {
  /** Unix ms, rising. */
  readonly timesMs: ArrayLike<number>;
  /** As long as `timesMs`; a count that was never seen is absent. */
  readonly ports: Readonly<Partial<Record<HistoryCount, ArrayLike<number>>>>;
  readonly changes: readonly ChangeMark[];
}

/** A time during which owner, state and remote of a port stayed the same; between two of them the port was free. */
export interface LifeSpan {
  readonly state: PortState;
  /** `(kernel)` or `(unknown)` where no process was known; empty where it is remembered no more. */
  readonly process: string;
  readonly unit: string;
  /** 0 when no process was known. */
  readonly pid: number;
  /** `ip:port`, IPv6 in brackets; empty when there was none. */
  readonly remote: string;
  /** Unix ms. */
  readonly fromMs: number;
  /** Unix ms; undefined while it lasts. */
  readonly toMs: number | undefined;
}

/** What can be asked of the ledger between two samples; answers hold until the next one. */
export interface LedgerView {
  /** The last sample with owners, names and memory; undefined before the first. */
  attributed(): Attributed | undefined;
  /** Groups that have a history, also those that hold no port now. */
  historyGroups(): readonly GroupKey[];
  /** The history of a group from `fromMs` (unix ms) on; undefined when it has none. */
  history(group: GroupKey, step: HistoryStep, fromMs: number): GroupHistory | undefined;
  /** What is remembered of a port, oldest first; empty when nothing is. */
  lifeLine(netns: string, protocol: Protocol, port: number): readonly LifeSpan[];
}
