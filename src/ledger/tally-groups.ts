import type { Group } from './group-table.ts';
import type { Intake } from './intake.ts';
import type { LedgerState } from './ledger-state.ts';
import type { Owner } from './owner-table.ts';

/** Paths remembered per group: enough for a program that is installed in several places. */
const MAX_EXECUTABLES = 16;

/** Sets the tallies of members and groups to 0 before a sample is settled. */
export function clearTallies({ members, groups }: LedgerState): void {
  members.ports.fill(0);
  members.stuck.fill(0);
  for (const group of groups.groups) {
    if (group === undefined) continue;
    group.ports = 0;
    group.stuck = 0;
    group.linkLocal = 0;
    group.members = 0;
    group.handles = -1;
    group.startMs = 0;
    group.executableChangeMs = 0;
  }
}

/** Sums members up to their groups and finds the member that stands for each. */
export function tallyGroups(intake: Intake): void {
  const { members, owners } = intake.state;
  const running = new Map<Group, Set<string>>();
  const stands = new Map<Group, { readonly owner: Owner; readonly stuck: number }>();
  for (let member = 0; member < members.length; member++) {
    const ports = (members.ports[member * 2] as number) + (members.ports[member * 2 + 1] as number);
    if (ports === 0) continue;
    const group = members.groupOf(member);
    const stuck = members.stuck[member] as number;
    group.ports += ports;
    group.stuck += stuck;
    const owner = owners.owners[members.owner[member] as number];
    if (owner === undefined) continue;
    if (owner.alive) {
      group.members++;
      if (owner.handles >= 0) group.handles = Math.max(0, group.handles) + owner.handles;
      if (owner.executable !== '') addTo(running, group, owner.executable);
    }
    const rival = stands.get(group);
    if ((stuck > 0 || owner.alive) && (rival === undefined || standsBefore(owner, stuck, rival))) {
      stands.set(group, { owner, stuck });
    }
  }
  for (const [group, paths] of running) followExecutables(group, paths, intake.sample.takenAtMs);
  for (const [group, { owner }] of stands) {
    group.startMs = owner.startMs;
    group.executableChangeMs = Math.max(owner.executableChangeMs, group.identityChangedMs);
  }
}

function addTo(running: Map<Group, Set<string>>, group: Group, path: string): void {
  const paths = running.get(group);
  if (paths === undefined) running.set(group, new Set([path]));
  else paths.add(path);
}

/** The member with most stuck ports stands for its group, else the oldest. */
function standsBefore(owner: Owner, stuck: number, rival: { readonly owner: Owner; readonly stuck: number }): boolean {
  if (stuck !== rival.stuck) return stuck > rival.stuck;
  if (owner.startMs !== rival.owner.startMs) return owner.startMs < rival.owner.startMs;
  return owner.pid < rival.owner.pid;
}

/**
 * Follows the executables of the living members of a group. A path that is new while no known one is run any more is a
 * change of identity; one that is run beside the others is not.
 */
function followExecutables(group: Group, running: ReadonlySet<string>, takenAtMs: number): void {
  const { executables } = group;
  let isNew = false;
  let isOldRunning = false;
  for (const path of running) {
    if (executables.has(path)) isOldRunning = true;
    else isNew = true;
  }
  if (isNew && !isOldRunning && executables.size > 0) group.identityChangedMs = takenAtMs;
  for (const path of running) {
    executables.delete(path);
    executables.add(path);
  }
  for (const path of executables) {
    if (executables.size <= MAX_EXECUTABLES) break;
    executables.delete(path);
  }
}
