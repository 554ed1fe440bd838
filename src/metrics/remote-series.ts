import { type Destination, type GroupReport, REMOTE_LABEL, type Report, type StuckRemote } from '../model/report.ts';
import type { GroupLabels } from './process-series.ts';
import type { RemoteNames } from './remote-names.ts';
import type { AddSeries } from './snapshot.ts';

/** How remotes are shown: as they are, or as their class alone (`--privacy.remotes`). */
export interface RemoteView {
  readonly privacy: 'full' | 'class';
  readonly names: RemoteNames;
  /** Monotonic clock of the sample, ms. */
  readonly nowMs: number;
}

/** `destination_used` of every pool. Where remotes share a label, the busiest speaks for them: one port may serve several. */
export function addDestinations(add: AddSeries, report: Report, view: RemoteView): void {
  for (const { protocol, netns, destinations } of report.pools) {
    const busiest = new Map<string, number>();
    for (const destination of destinations) {
      const remote = destinationLabel(destination, view);
      busiest.set(remote, Math.max(busiest.get(remote) ?? 0, destination.used));
    }
    for (const [remote, used] of busiest) add('destination_used', { protocol, netns, remote }, used);
  }
}

/** `process_stuck_remote_ports` of one group. Folded remotes keep their class, so shares by class stay true. */
export function addStuckRemotes(add: AddSeries, labels: GroupLabels, group: GroupReport, view: RemoteView): void {
  const merged = new Map<string, StuckRemote>();
  for (const stuck of group.stuck.remotes) {
    const remote = stuckLabel(stuck, view);
    const key = `${stuck.class} ${remote}`;
    const ports = (merged.get(key)?.ports ?? 0) + stuck.ports;
    merged.set(key, { remote, class: stuck.class, ports });
  }
  for (const { remote, class: remoteClass, ports } of merged.values()) {
    add('process_stuck_remote_ports', { ...labels, remote, class: remoteClass }, ports);
  }
}

function destinationLabel({ remote, class: remoteClass }: Destination, { privacy, names, nowMs }: RemoteView): string {
  if (privacy === 'class') return remoteClass;
  return names.admit('destination_used', remote, remoteClass, nowMs) ? remote : REMOTE_LABEL.other;
}

function stuckLabel(stuck: StuckRemote, view: RemoteView): string {
  if (stuck.remote === REMOTE_LABEL.neverSeen) return stuck.remote;
  if (view.privacy === 'class') return stuck.class;
  if (stuck.remote === REMOTE_LABEL.other) return stuck.remote;
  const admitted = view.names.admit('process_stuck_remote_ports', stuck.remote, stuck.class, view.nowMs);
  return admitted ? stuck.remote : REMOTE_LABEL.other;
}
