import type { Attributed } from '../model/attributed.ts';
import type { Sample } from '../model/sample.ts';
import { attributed, attributePorts, attributeSockets, listGroups, placeSockets } from './attribute.ts';
import { countLinkLocalEvents, countLinkLocalRows } from './count-link-local.ts';
import { foldSockets } from './fold-sockets.ts';
import { type HistoryImage, restoreHistory, restoreRecentHistory } from './history-image.ts';
import type { Intake } from './intake.ts';
import type { LedgerImage } from './ledger-image.ts';
import { createLedgerState, type LedgerOptions, type LedgerState } from './ledger-state.ts';
import { nameGroups } from './name-groups.ts';
import { nameNamespaces } from './name-namespaces.ts';
import { Output } from './output.ts';
import type { Pool } from './pool.ts';
import { restoreLedger } from './restore-ledger.ts';
import { settlePorts } from './settle-ports.ts';
import { NONE } from './slot.ts';
import { sweep, sweepIfNeeded } from './sweep.ts';
import { clearTallies, tallyGroups } from './tally-groups.ts';
import { noteOpenedConnections, trackRemotes } from './track-remotes.ts';

/** Rows or slots handled between two yields: at most a few ms. */
const SLICE = 8_192;

/** What a ledger wrote down before the exporter was started anew. */
export interface RememberedLedger {
  readonly ledger?: LedgerImage;
  readonly history?: HistoryImage;
}

/** What is remembered between samples. Samples must be taken in one by one, in the order of their boot clock. */
export interface Ledger {
  /** Takes a sample in and says everything that is known of it; valid until the next one. */
  reduce(sample: Sample): Attributed;
  /** The same in slices of a few ms. A begun one must be run to its end. */
  reduceInSlices(sample: Sample): Generator<void, Attributed>;
  /** For the views of views.ts and the journal; only between two reduces. */
  readonly state: LedgerState;
}

/** An empty ledger, or one that goes on from an image. Deterministic: no clock, no randomness, no I/O. */
export function createLedger(options: LedgerOptions, remembered: RememberedLedger = {}): Ledger {
  const state = createLedgerState(options);
  if (remembered.history !== undefined) restoreHistory(state.history, remembered.history);
  if (remembered.ledger !== undefined) restoreRecentHistory(state.history, remembered.ledger.head.recentHistory);
  const output = new Output();
  const swept = { owners: 0, remotes: 0 };

  function* reduceInSlices(sample: Sample): Generator<void, Attributed> {
    if (state.generation === 0 && remembered.ledger !== undefined) restoreLedger(state, remembered.ledger, sample);
    const intake = begin(state, output, sample);
    const rows = sample.sockets.length;
    yield* inSlices(rows, intake, foldSockets);
    carryOver(state);
    clearTallies(state);
    yield* inSlices(state.ports.length, intake, settlePorts);
    nameNamespaces(state);
    output.begin(state.ports.liveCount, state.ports.length, rows);
    yield* inSlices(rows, intake, placeSockets);
    yield* inSlices(rows, intake, trackRemotes);
    noteOpenedConnections(intake);
    yield* inSlices(rows, intake, countLinkLocalRows);
    countLinkLocalEvents(intake);
    tallyGroups(intake);
    // The first sample tells of nothing new, also where a restored port was lost in the meantime.
    if (state.generation === 1) state.groups.resetCounters();
    nameGroups(state, sample.bootMs);
    listGroups(intake);
    state.life.reserve(state.ports.port.length);
    state.history.begin(output.groups.length);
    yield* inSlices(state.ports.length, intake, attributePorts);
    state.history.record(output.groups, sample.takenAtMs);
    yield* inSlices(rows, intake, attributeSockets);
    sweepIfNeeded(state, swept);
    return attributed(intake);
  }

  return {
    state,
    reduceInSlices,
    reduce(sample) {
      const slices = reduceInSlices(sample);
      for (;;) {
        const step = slices.next();
        if (step.done === true) return step.value;
      }
    },
  };
}

function begin(state: LedgerState, output: Output, sample: Sample): Intake {
  const { pools, ports, owners, members, sockets, closed, linkLocal } = state;
  state.generation++;
  if (state.startMs === 0) state.startMs = sample.takenAtMs;
  state.lostEvents += sample.lostEvents;
  const gone = pools.begin(sample);
  for (const pool of gone) ports.drop(pool);
  if (gone.length > 0) sweep(state);
  owners.begin(sample, state.generation);
  members.followNames();
  sockets.begin(sample.sockets.length);
  linkLocal.begin();
  const poolsOfRows = pools.ofSample.flatMap((namespace): readonly Pool[] => namespace.pools);
  closed.begin(sample, poolsOfRows, owners);
  return { state, sample, pools: poolsOfRows, output };
}

/** Keeps what is known of the sockets whose tables could not be read whole this time. */
function carryOver({ pools, ports, sockets, generation }: LedgerState): void {
  if (!pools.pools.some((pool) => pool?.isCarried === true)) return;
  const { previous } = sockets;
  sockets.reserve(sockets.current.length + previous.length);
  for (let row = 0; row < previous.length; row++) {
    const slot = previous.slot[row] as number;
    if (slot === NONE || ports.seen[slot] === generation) continue;
    if (pools.pools[ports.pool[slot] as number]?.isCarried === true) sockets.carryOver(row);
  }
}

function* inSlices(
  length: number,
  intake: Intake,
  work: (intake: Intake, from: number, to: number) => void,
): Generator<void, void> {
  for (let from = 0; from < length; from += SLICE) {
    work(intake, from, Math.min(from + SLICE, length));
    yield;
  }
}
