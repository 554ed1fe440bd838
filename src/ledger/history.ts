import type { OwnerGroupKind } from '../model/attributed.ts';
import { PROTOCOLS, type Protocol } from '../model/protocol.ts';
import { PORT_STATES, type PortState } from '../model/socket-state.ts';
import type { Group } from './group-table.ts';
import { HistoryRing } from './history-ring.ts';

/** The two grids: one minute for 24 hours, five minutes for 8 days. */
export const HISTORY_GRIDS = [
  { stepMs: 60_000, steps: 1_440 },
  { stepMs: 300_000, steps: 2_304 },
] as const;

/** Groups that have a history: those with ports and, until they are pushed out, those that had some. */
const MAX_GROUPS = 128;

/** A wall clock that is set back by more than this does not catch up soon: what lies ahead of it is given up. */
const LONGEST_STANDSTILL_MS = 300_000;

/** Change marks per group. */
const MAX_MARKS = 64;

/** Something that may explain where a slope begins. */
export interface ChangeMark {
  /** Unix ms when the ledger saw it. */
  readonly seenMs: number;
  readonly what: 'start' | 'executable';
  /** The new start or change time, unix ms. */
  readonly atMs: number;
}

/** One curve: ports of a group in one state. */
interface Series {
  readonly protocol: Protocol;
  readonly state: PortState;
  readonly rings: readonly HistoryRing[];
}

/** The past of one group. */
export interface GroupHistory {
  readonly kind: OwnerGroupKind;
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
  /** By {@link columnOf}; a state that was never seen has none. */
  readonly series: (Series | undefined)[];
  marks: readonly ChangeMark[];
  startMs: number;
  executableChangeMs: number;
  lastRecordedMs: number;
}

const COLUMNS = PORT_STATES.length * PROTOCOLS.length;

/** Ports by group and state over time; wall clock, so that it goes on over reboots. */
export class History {
  readonly groups: Map<string, GroupHistory> = new Map();
  /** Points and marks lost for good: out of the longer grid, or with a group that was pushed out. */
  dropped = 0;
  private counts: Uint32Array = new Uint32Array(0);
  private lastMs = 0;
  /** Rings of groups that were pushed out: where names change hands quickly, they would be much garbage. */
  private readonly spare: (readonly HistoryRing[])[] = [];

  /** Puts a remembered group back, or what is newer of one that is there. */
  restoreGroup(image: Omit<GroupHistory, 'series'>): GroupHistory {
    const key = JSON.stringify([image.netns, image.process, image.unit]);
    const history = { ...image, series: this.groups.get(key)?.series ?? [] };
    this.groups.set(key, history);
    this.lastMs = Math.max(this.lastMs, image.lastRecordedMs);
    return history;
  }

  /** The curve to put remembered points back into; undefined when there is no such column or grid. */
  restoreRing(history: GroupHistory, column: number, grid: number): HistoryRing | undefined {
    if (column < 0 || column >= COLUMNS) return undefined;
    const series = history.series[column] ?? this.newSeries(column);
    history.series[column] = series;
    return series.rings[grid];
  }

  /** Begins the counting of one sample. */
  begin(groups: number): void {
    const needed = groups * COLUMNS;
    if (this.counts.length < needed) this.counts = new Uint32Array(needed * 2);
    else this.counts.fill(0);
  }

  /** Counts one port; `group` is the index of {@link record}. */
  count(group: number, state: number, protocol: number): void {
    (this.counts[group * COLUMNS + columnOf(protocol, state)] as number)++;
  }

  /** Records what was counted at `takenAtMs`. A wall clock that was set back a little stands still until it has caught up. */
  record(groups: readonly Group[], takenAtMs: number): void {
    if (takenAtMs < this.lastMs - LONGEST_STANDSTILL_MS) this.rewind(takenAtMs);
    const nowMs = Math.max(takenAtMs, this.lastMs);
    this.lastMs = nowMs;
    groups.forEach((group, index) => {
      const history = this.of(group, nowMs);
      if (history === undefined) return;
      history.lastRecordedMs = nowMs;
      this.mark(history, group, nowMs);
      for (let column = 0; column < COLUMNS; column++) {
        const value = this.counts[index * COLUMNS + column] as number;
        let series = history.series[column];
        if (series === undefined) {
          if (value === 0) continue;
          series = this.newSeries(column);
          history.series[column] = series;
        }
        this.recordValue(series, value, nowMs);
      }
    });
  }

  /** Forgets, and counts, what was recorded for a time that has not come yet. */
  private rewind(nowMs: number): void {
    this.lastMs = nowMs;
    for (const history of this.groups.values()) {
      history.lastRecordedMs = Math.min(history.lastRecordedMs, nowMs);
      history.marks = history.marks.filter(({ seenMs }) => seenMs <= nowMs);
      for (const series of history.series) {
        HISTORY_GRIDS.forEach(({ stepMs }, grid) => {
          const dropped = series?.rings[grid]?.rewind(Math.floor(nowMs / stepMs)) ?? 0;
          if (grid === HISTORY_GRIDS.length - 1) this.dropped += dropped;
        });
      }
    }
  }

  private recordValue({ rings }: Series, value: number, nowMs: number): void {
    HISTORY_GRIDS.forEach(({ stepMs }, grid) => {
      const ring = rings[grid] as HistoryRing;
      const dropped = ring.record(Math.floor(nowMs / stepMs), value);
      if (grid === HISTORY_GRIDS.length - 1) this.dropped += dropped;
    });
  }

  /** The history of a group; a new one is made only for a group with ports, and only where there is room. */
  private of(group: Group, nowMs: number): GroupHistory | undefined {
    const { kind, netns, process, unit } = group;
    const key = JSON.stringify([netns, process, unit]);
    let history = this.groups.get(key);
    if (history === undefined) {
      const hasPorts = group.ports > 0;
      if (!hasPorts || (this.groups.size >= MAX_GROUPS && !this.pushOut(nowMs))) return undefined;
      history = {
        kind,
        netns,
        process,
        unit,
        series: [],
        marks: [],
        startMs: 0,
        executableChangeMs: 0,
        lastRecordedMs: 0,
      };
      this.groups.set(key, history);
    }
    return history;
  }

  private mark(history: GroupHistory, group: Group, nowMs: number): void {
    const changes = [
      ['start', 'startMs'],
      ['executable', 'executableChangeMs'],
    ] as const;
    for (const [what, field] of changes) {
      const atMs = group[field];
      if (atMs === 0 || atMs === history[field]) continue;
      if (history[field] !== 0) history.marks = [...history.marks, { seenMs: nowMs, what, atMs }];
      history[field] = atMs;
    }
    if (history.marks.length > MAX_MARKS) {
      this.dropped += history.marks.length - MAX_MARKS;
      history.marks = history.marks.slice(-MAX_MARKS);
    }
  }

  /** Takes the group away that was recorded longest ago; false when all are of this moment. */
  private pushOut(nowMs: number): boolean {
    let oldest: [string, GroupHistory] | undefined;
    for (const entry of this.groups) {
      if (oldest === undefined || entry[1].lastRecordedMs < oldest[1].lastRecordedMs) oldest = entry;
    }
    if (oldest === undefined || oldest[1].lastRecordedMs === nowMs) return false;
    this.groups.delete(oldest[0]);
    for (const series of oldest[1].series) {
      if (series === undefined) continue;
      this.dropped += [...(series.rings[1]?.points() ?? [])].length;
      this.spare.push(series.rings);
    }
    return true;
  }

  private newSeries(column: number): Series {
    const rings = this.spare.pop() ?? HISTORY_GRIDS.map(({ steps }) => new HistoryRing(steps));
    for (const ring of rings) ring.reset();
    return {
      protocol: PROTOCOLS[Math.floor(column / PORT_STATES.length)] as Protocol,
      state: PORT_STATES[column % PORT_STATES.length] as PortState,
      rings,
    };
  }
}

function columnOf(protocol: number, state: number): number {
  return protocol * PORT_STATES.length + state;
}
