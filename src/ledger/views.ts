import { formatEndpoint } from '../model/address.ts';
import { type Attributed, GROUP_LABEL } from '../model/attributed.ts';
import { REASON_OF_OWNER_CODE } from '../model/owner-code.ts';
import { PROTOCOL, type Protocol } from '../model/protocol.ts';
import { PORT_STATES, type PortState } from '../model/socket-state.ts';
import { type ChangeMark, type GroupHistory, HISTORY_GRIDS, type History } from './history.ts';
import type { LedgerState } from './ledger-state.ts';
import { FORGOTTEN } from './life-lines.ts';
import { NONE } from './slot.ts';

/** A time in the life of a port, in words. */
export interface LifeLineSpan {
  /** Process name; `(kernel)`, `(unknown)`, or empty where it is remembered no more. */
  readonly process: string;
  readonly unit: string;
  /** 0 without a process. */
  readonly pid: number;
  readonly state: PortState;
  /** `ip:port`; empty when none was seen or it is remembered no more. */
  readonly remote: string;
  /** Boot clock, ms (whole seconds). */
  readonly fromMs: number;
  /** Boot clock, ms; undefined while it lasts. */
  readonly toMs: number | undefined;
}

/** The last spans of a port, the oldest first; empty when the ledger does not know the port. */
export function lifeLineOf(
  state: LedgerState,
  netns: string,
  protocol: Protocol,
  port: number,
): readonly LifeLineSpan[] {
  const pools = state.pools.namespaces
    .filter(({ name }) => name === netns)
    .map(({ pools }) => pools[PROTOCOL[protocol]]);
  const slots = pools.map((pool) => pool?.find(port) ?? NONE).filter((slot) => slot !== NONE);
  const { owners, remotes, life } = state;
  return slots.flatMap((slot) =>
    life.of(slot).map((span): LifeLineSpan => {
      const owner = span.owner >= 0 ? owners.owners[span.owner] : undefined;
      const hasRemote = span.remote >= 0;
      return {
        process: owner?.name ?? labelOfCode(span.owner),
        unit: owner?.unit ?? '',
        pid: owner?.pid ?? 0,
        state: PORT_STATES[span.state] as PortState,
        remote: hasRemote ? formatEndpoint(remotes.words, span.remote * 4, remotes.ports[span.remote] as number) : '',
        fromMs: span.fromS * 1_000,
        toMs: span.toS === undefined ? undefined : span.toS * 1_000,
      };
    }),
  );
}

/** A point of a curve: unix ms of the beginning of the step, and the ports at its end. */
export type HistoryPoint = readonly [atMs: number, ports: number];

/** One curve of a group's past. */
export interface HistoryCurve {
  readonly protocol: Protocol;
  readonly state: PortState;
  readonly points: readonly HistoryPoint[];
}

/** Who has a past, for lists. */
export function historyGroups({ groups }: History): readonly Pick<GroupHistory, 'netns' | 'process' | 'unit'>[] {
  return [...groups.values()].map(({ netns, process, unit }) => ({ netns, process, unit }));
}

/**
 * The past of a group on one grid (0: minutes of 24 hours, 1: five minutes of 8 days), with its change marks; undefined when
 * it has none.
 */
export function historyOf(
  { groups }: History,
  grid: 0 | 1,
  netns: string,
  process: string,
  unit: string,
): { readonly curves: readonly HistoryCurve[]; readonly marks: readonly ChangeMark[] } | undefined {
  const history = groups.get(JSON.stringify([netns, process, unit]));
  if (history === undefined) return undefined;
  const { stepMs } = HISTORY_GRIDS[grid];
  const curves = history.series.flatMap((series): HistoryCurve[] => {
    if (series === undefined) return [];
    const points = [...(series.rings[grid]?.points() ?? [])].map(([step, ports]) => [step * stepMs, ports] as const);
    return [{ protocol: series.protocol, state: series.state, points }];
  });
  return { curves, marks: history.marks };
}

/** Rows of `Attributed.ports` that belong to the group at `index`. */
export function portRowsOfGroup({ ports }: Attributed, index: number): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < ports.length; row++) if (ports.group[row] === index) rows.push(row);
  return Int32Array.from(rows);
}

function labelOfCode(code: number): string {
  if (code === FORGOTTEN) return '';
  return REASON_OF_OWNER_CODE[-code - 1] === 'kernel' ? GROUP_LABEL.kernel : GROUP_LABEL.unknown;
}
