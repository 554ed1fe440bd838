import type { LedgerState } from './ledger-state.ts';
import { FORGOTTEN } from './life-lines.ts';
import { SLOT } from './slot.ts';

/** Entries that may be added before it is looked which are still needed. */
const SLACK = 4_096;

/** Owners and remotes that only past spans of life lines point to. */
const MAX_PAST_OWNERS = 4_096;
const MAX_PAST_REMOTES = 16_384;

/** What was in use after the last sweep. */
export interface SweepMemory {
  owners: number;
  remotes: number;
}

/** Forgets owners, remotes, members and groups that nothing points to, once they may be many. */
export function sweepIfNeeded(state: LedgerState, memory: SweepMemory): void {
  const { owners, remotes } = state;
  if (owners.used < memory.owners + SLACK && remotes.used < memory.remotes * 1.5 + SLACK) return;
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
  markLifeLines(state, ownerMarks, remoteMarks);
  owners.sweep(ownerMarks);
  remotes.sweep(remoteMarks);
  members.sweep(memberMarks, pools.namespaces);
  groups.sweep(groupMarks, (netns) => pools.namespaces.some(({ name, label }) => name === netns || label === netns));
}

/** Owners and remotes of past spans are kept as far as the bounds allow; the others are cut off. */
function markLifeLines({ ports, life }: LedgerState, ownerMarks: Uint8Array, remoteMarks: Uint8Array): void {
  let owners = MAX_PAST_OWNERS;
  let remotes = MAX_PAST_REMOTES;
  const visit = (at: number): void => {
    const owner = life.owner[at] as number;
    if (owner >= 0 && ownerMarks[owner] === 0) {
      if (owners-- > 0) ownerMarks[owner] = 1;
      else life.owner[at] = FORGOTTEN;
    }
    const remote = life.remote[at] as number;
    if (remote >= 0 && remoteMarks[remote] === 0) {
      if (remotes-- > 0) remoteMarks[remote] = 1;
      else life.remote[at] = FORGOTTEN;
    }
  };
  for (let slot = 0; slot < ports.length; slot++) life.visit(slot, visit);
}
