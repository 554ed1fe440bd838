import { STUCK_RELEASE_HOWS } from '../model/attributed.ts';
import { LINK_LOCAL_CLASSES } from '../model/link-local.ts';
import { PROTOCOLS } from '../model/protocol.ts';
import type { GroupReport } from '../model/report.ts';
import { PORT_STATES } from '../model/socket-state.ts';
import { toSeconds } from './host-series.ts';
import type { AddSeries } from './snapshot.ts';

/** Label values of an owner group, safe and distinct. */
export interface GroupLabels {
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
}

/** Series of one owner group, its remotes excepted. */
export function addGroupSeries(add: AddSeries, labels: GroupLabels, group: GroupReport): void {
  for (const protocol of PROTOCOLS) {
    const own = { protocol, ...labels };
    const ports = group.ports[protocol];
    for (const state of PORT_STATES) add('process_ports', { ...own, state }, ports[state]);
    add('process_opened_total', own, group.opened[protocol]);
    add('process_released_total', own, group.released[protocol]);
  }
  if (mayBeStuck(group)) addStuck(add, labels, group);
  addLinkLocal(add, labels, group);
  // Times, handles and members describe processes of one name; what is folded or nobody's has none to describe.
  if (group.kind !== 'named') return;
  add('process_members', labels, group.members);
  add('process_start_time_seconds', labels, toSeconds(group.startMs));
  add('process_executable_change_time_seconds', labels, toSeconds(group.executableChangeMs));
  add('process_handles', labels, group.handles >= 0 ? group.handles : undefined);
  add('process_muted', labels, group.mutedReason === '' ? undefined : 1);
}

/** Ports without an owner cannot be stuck, so their groups have no such series unless the ledger saw it otherwise. */
function mayBeStuck(group: GroupReport): boolean {
  return group.kind === 'named' || group.kind === 'other' || group.stuck.total > 0 || group.stuck.ports > 0;
}

function addStuck(add: AddSeries, labels: GroupLabels, { stuck, oldestHeldMs }: GroupReport): void {
  const tcp = { protocol: 'tcp', ...labels };
  add('process_stuck_ports', tcp, stuck.ports);
  add('process_largest_stuck_ports', tcp, stuck.largest);
  add('process_oldest_held_timestamp_seconds', tcp, toSeconds(oldestHeldMs));
  add('process_stuck_total', tcp, stuck.total);
  for (const how of STUCK_RELEASE_HOWS) add('process_stuck_released_total', { ...tcp, how }, stuck.released[how]);
}

/** There at 0 for every class of a named group, since increase() asks for it; the others follow once a connection was seen. */
function addLinkLocal(add: AddSeries, labels: GroupLabels, group: GroupReport): void {
  for (const linkLocalClass of LINK_LOCAL_CLASSES) {
    const { connections, opened } = group.linkLocal[linkLocalClass];
    if (group.kind !== 'named' && connections === 0 && opened === 0) continue;
    const own = { ...labels, class: linkLocalClass };
    add('link_local_connections', own, connections);
    add('link_local_opened_total', own, opened);
  }
}
