import type { Attributed } from '../model/attributed.ts';
import { PROTOCOL } from '../model/protocol.ts';
import type { StuckRemote } from '../model/report.ts';
import { EndpointIndex } from './endpoint-index.ts';
import { PairCounts } from './pair-counts.ts';
import { remoteList } from './stuck-remotes.ts';

/** What the held TCP ports of one group say. */
export interface HeldPorts {
  readonly stuck: number;
  /** Stuck ports of the one owner that has most. */
  readonly largest: number;
  /** Boot clock ms since when the oldest held port is held; NaN when none is. */
  readonly oldestSinceMs: number;
  readonly remotes: readonly StuckRemote[];
}

/** Held and stuck ports of every group. */
export function heldPorts({ ports, groups, remotes }: Attributed): HeldPorts[] {
  const stuck = new Int32Array(groups.length);
  const largest = new Int32Array(groups.length);
  const neverSeen = new Int32Array(groups.length);
  const oldest = new Float64Array(groups.length).fill(Number.NaN);
  const byOwner = new PairCounts();
  const byRemote = new PairCounts();
  const endpoints = new EndpointIndex();
  for (let row = 0; row < ports.length; row++) {
    const sinceMs = ports.heldSinceMs[row] as number;
    if (Number.isNaN(sinceMs) || ports.protocol[row] !== PROTOCOL.tcp) continue;
    const group = ports.group[row] as number;
    if (!(sinceMs >= (oldest[group] as number))) oldest[group] = sinceMs;
    if (ports.stuck[row] === 0) continue;
    stuck[group] = (stuck[group] as number) + 1;
    const ofOwner = byOwner.add(group, ports.owner[row] as number);
    if (ofOwner > (largest[group] as number)) largest[group] = ofOwner;
    const remote = ports.lastRemote[row] as number;
    if (remote < 0) neverSeen[group] = (neverSeen[group] as number) + 1;
    else byRemote.add(group, endpoints.idOf(remotes.words, remote * 4, remotes.ports[remote] as number));
  }
  const remotesOf = remoteList(byRemote, endpoints, groups.length);
  return groups.map((_, group) => ({
    stuck: stuck[group] as number,
    largest: largest[group] as number,
    oldestSinceMs: oldest[group] as number,
    remotes: remotesOf(group, neverSeen[group] as number),
  }));
}
