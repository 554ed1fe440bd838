import type { OwnerGroup } from '../model/attributed.ts';
import { LINK_LOCAL_CLASSES } from '../model/link-local.ts';
import type { OwnerRule } from '../model/owner-rule.ts';
import type { Protocol } from '../model/protocol.ts';
import type { GroupReport, PortsByState } from '../model/report.ts';
import { mutedReason } from './muted.ts';
import { type Partition, statesAt } from './partition.ts';
import type { Pool } from './pools.ts';
import type { ReportMemory } from './report-memory.ts';
import type { HeldPorts } from './stuck.ts';

export interface GroupViews {
  readonly groups: readonly OwnerGroup[];
  readonly pools: readonly Pool[];
  readonly partition: Partition;
  /** One a group. */
  readonly held: readonly HeldPorts[];
  readonly linkLocal: Int32Array;
  readonly rules: readonly OwnerRule[];
  readonly memory: ReportMemory;
}

/** What is said of each owner group, in the order of the groups. */
export function groupReports(views: GroupViews): GroupReport[] {
  return views.groups.map((_, index) => groupReport(views, index));
}

function groupReport(views: GroupViews, index: number): GroupReport {
  const { kind, netns, process, unit, ...group } = views.groups[index] as OwnerGroup;
  const held = views.held[index] as HeldPorts;
  return {
    kind,
    netns,
    process,
    unit,
    ports: { tcp: portsOf(views, index, netns, 'tcp'), udp: portsOf(views, index, netns, 'udp') },
    opened: group.opened,
    released: group.released,
    stuck: {
      ports: held.stuck,
      largest: held.largest,
      total: group.stuckTotal,
      released: group.stuckReleased,
      remotes: held.remotes,
    },
    members: group.members,
    oldestHeldMs: Number.isNaN(held.oldestSinceMs) ? 0 : Math.round(views.memory.bootEpochMs + held.oldestSinceMs),
    startMs: group.startMs,
    executableChangeMs: group.executableChangeMs,
    handles: group.handles,
    mutedReason: mutedReason(views.groups[index] as OwnerGroup, views.rules),
    linkLocal: linkLocalOf(views, index, group.linkLocalOpened),
  };
}

/** Empty where the pool is not known: its ports were not counted, which is not the same as none. */
function portsOf({ pools, partition }: GroupViews, index: number, netns: string, protocol: Protocol): PortsByState {
  const pool = pools.find((one) => one.name === netns && one.protocol === protocol);
  return pool === undefined ? {} : statesAt(partition.groups, index, protocol, pool.visible);
}

function linkLocalOf(
  { linkLocal }: GroupViews,
  index: number,
  opened: OwnerGroup['linkLocalOpened'],
): GroupReport['linkLocal'] {
  const at = (offset: number): number => linkLocal[index * LINK_LOCAL_CLASSES.length + offset] as number;
  return {
    metadata: { connections: at(0), opened: opened.metadata },
    time: { connections: at(1), opened: opened.time },
    link_local_v4: { connections: at(2), opened: opened.link_local_v4 },
    link_local_v6: { connections: at(3), opened: opened.link_local_v6 },
  };
}
