import type { Attributed } from '../model/attributed.ts';
import type { OwnerRule } from '../model/owner-rule.ts';
import type { PoolReport, PoolUse, Report } from '../model/report.ts';
import { rangeReports } from './capacity.ts';
import { type DestinationUse, destinationUse } from './destinations.ts';
import { groupReports } from './group-reports.ts';
import { headroomOf } from './headroom.ts';
import { linkLocalConnections } from './link-local.ts';
import { lockedPorts } from './locked-ports.ts';
import { type Partition, partitionPorts, statesAt, sumStates } from './partition.ts';
import { placesOf } from './places.ts';
import { knownPools, type Pool } from './pools.ts';
import type { ReportMemory } from './report-memory.ts';
import { heldPorts } from './stuck.ts';
import { unattributedPorts } from './unattributed.ts';

/** All that is said of one attributed sample. `memory` holds the sample already; `rules` are the owners of the config. */
export function buildReport(attributed: Attributed, memory: ReportMemory, rules: readonly OwnerRule[]): Report {
  const slices = reportSlices(attributed, memory, rules);
  for (;;) {
    const step = slices.next();
    if (step.done === true) return step.value;
  }
}

/** {@link buildReport} in slices: each pass over all ports or sockets ends in a yield, where the event loop may turn. */
export function* reportSlices(
  attributed: Attributed,
  memory: ReportMemory,
  rules: readonly OwnerRule[],
): Generator<void, Report> {
  const { sample, netnsLabels } = attributed;
  const named = sample.namespaces.filter(({ name }, index) => netnsLabels[index] === name);
  const places = placesOf(attributed);
  const pools = knownPools(attributed, places);
  const partition = partitionPorts(attributed, places);
  const unattributed = unattributedPorts(attributed, places, pools);
  yield;
  const locked = lockedPorts(attributed);
  const destinations = yield* destinationUse(attributed, locked);
  yield;
  const held = heldPorts(attributed);
  yield;
  const linkLocal = linkLocalConnections(attributed);
  return {
    takenAtMs: sample.takenAtMs,
    bootMs: sample.bootMs,
    namespaces: named.map(({ name, inode, container, podUid }) => ({ netns: name, inode, container, podUid })),
    ranges: rangeReports(attributed),
    pools: poolReports(attributed, pools, partition, locked, destinations),
    rangelessPools: pools.flatMap((pool) => rangelessReport(pool, partition)),
    groups: groupReports({ groups: attributed.groups, pools, partition, held, linkLocal, rules, memory }),
    unattributed,
    probes: sample.probes,
    probeFailures: memory.probeFailures,
    systemEvents: memory.systemEvents,
    timeWaitSeconds: sample.timeWaitSeconds,
    tcpTwReuse: sample.tcpTwReuse,
    sources: sample.sources,
    pieces: sample.pieces,
    problems: sample.problems,
    sharedSockets: sample.sharedSockets,
    foldedGroups: attributed.foldedGroups,
    foldedNamespaces: sample.namespaces.length - named.length,
    ledgerPorts: attributed.ledgerPorts,
    ledgerStartMs: attributed.ledgerStartMs,
    historyDropped: attributed.historyDropped,
    lostEvents: attributed.lostEvents,
  };
}

function poolReports(
  { sample, ports }: Attributed,
  pools: readonly Pool[],
  partition: Partition,
  locked: Uint8Array,
  destinations: readonly DestinationUse[],
): PoolReport[] {
  const lockedIn = new Int32Array(sample.namespaces.length);
  for (let row = 0; row < ports.length; row++) {
    const netns = ports.netns[row] as number;
    lockedIn[netns] = (lockedIn[netns] as number) + (locked[row] as number);
  }
  return pools.flatMap(({ place, name, protocol, netns = -1, capacity, visible }): PoolReport[] => {
    if (capacity === undefined) return [];
    const states = statesAt(partition.pools, place, protocol, visible);
    const used = sumStates(states);
    const pool = { netns: name, protocol, capacity, used, states };
    const use = destinations[netns];
    if (protocol === 'udp' || use === undefined) return [{ ...pool, destinations: [] }];
    const headroom = headroomOf({ capacity, used, locked: lockedIn[netns] as number, worst: use.worst });
    return [{ ...pool, destinations: use.busiest, headroom }];
  });
}

/** Of a pool whose range may not be read. */
function rangelessReport({ place, name, protocol, capacity, visible }: Pool, partition: Partition): PoolUse[] {
  if (capacity !== undefined) return [];
  const states = statesAt(partition.pools, place, protocol, visible);
  return [{ netns: name, protocol, used: sumStates(states), states }];
}
