import type { LedgerState } from './ledger-state.ts';
import { SLOT } from './port-table.ts';

/** Unused entries that are let be until they outnumber the used ones by this. */
const SLACK = 4_096;

/** What was in use after the last sweep. */
export interface SweepMemory {
  owners: number;
  remotes: number;
}

/** Forgets owners, remotes, members and groups that nothing points to, once they may be as many as the ones in use. */
export function sweepIfNeeded(state: LedgerState, memory: SweepMemory): void {
  const { owners, remotes } = state;
  if (owners.used < memory.owners * 2 + SLACK && remotes.used < memory.remotes * 2 + SLACK) return;
  sweep(state);
  memory.owners = owners.used;
  memory.remotes = remotes.used;
}

/** Forgets every owner, remote, member and group that nothing points to. */
export function sweep(state: LedgerState): void {
  const { ports, sockets, owners, remotes, members, groups, pools, closed, pending } = state;
  const ownerMarks = new Uint8Array(owners.owners.length);
  const remoteMarks = new Uint8Array(remotes.length);
  const memberMarks = new Uint8Array(members.length);
  const groupMarks = new Uint8Array(groups.groups.length);
  const markOwner = (owner: number): void => {
    if (owner >= 0) ownerMarks[owner] = 1;
  };
  const rows = sockets.current;
  for (let row = 0; row < rows.length; row++) {
    markOwner(rows.owner[row] as number);
    const remote = rows.remote[row] as number;
    if (remote >= 0) remoteMarks[remote] = 1;
  }
  for (let slot = 0; slot < ports.length; slot++) {
    if (ports.live[slot] === SLOT.free) continue;
    memberMarks[ports.member[slot] as number] = 1;
    const remote = ports.remote[slot] as number;
    if (remote >= 0) remoteMarks[remote] = 1;
  }
  for (const owner of closed.owners()) markOwner(owner);
  for (const { owner, remote } of pending.list) {
    markOwner(owner);
    remoteMarks[remote] = 1;
  }
  for (let index = 0; index < owners.present; index++) markOwner(owners.ofSample[index] as number);
  for (let member = 0; member < members.length; member++) {
    if (memberMarks[member] !== 1) continue;
    markOwner(members.owner[member] as number);
    groupMarks[members.group[member] as number] = 1;
  }
  owners.sweep(ownerMarks);
  remotes.sweep(remoteMarks);
  members.sweep(memberMarks, pools.namespaces);
  groups.sweep(groupMarks, (netns) => pools.namespaces.some((namespace) => namespace.name === netns));
}
