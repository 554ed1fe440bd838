import type { Attributed } from '../model/attributed.ts';
import type { Group } from './group-table.ts';
import type { Intake } from './intake.ts';
import { NONE, SLOT } from './slot.ts';

/** Lists the groups that have a name, and those that take the rest of each namespace of the sample. */
export function listGroups({ state, output }: Intake): void {
  const { groups, pools } = state;
  const listed: Group[] = [];
  const list = (group: Group): void => {
    group.index = listed.push(group) - 1;
  };
  for (const { label } of pools.namespaces) {
    const { other, kernel, unknown } = groups.restOf(label);
    if (listed.includes(other)) continue;
    list(other);
    list(kernel);
    list(unknown);
  }
  output.foldedGroups = 0;
  for (const group of groups.groups) {
    if (group?.kind !== 'named') continue;
    if (group.isNamed) list(group);
    else if (group.ports > 0) output.foldedGroups++;
  }
  for (const group of groups.groups) {
    if (group?.kind === 'named' && !group.isNamed) group.index = groups.restOf(group.netns).other.index;
  }
  output.groups = listed;
}

/** Writes the ports of the slots `from` to `to` that are in this sample, into life lines and history too. */
export function attributePorts({ state, sample, output }: Intake, from: number, to: number): void {
  const { ports, members, pools, generation, life, history } = state;
  const nowS = Math.floor(sample.bootMs / 1_000);
  const columns = output.ports;
  let at = columns.length;
  for (let slot = from; slot < to; slot++) {
    if (ports.live[slot] !== SLOT.used || ports.seen[slot] !== generation) continue;
    const pool = pools.pools[ports.pool[slot] as number];
    if (pool === undefined) continue;
    const member = ports.member[slot] as number;
    const heldSinceMs = ports.heldSinceMs[slot] as number;
    output.rowOfSlot[slot] = at;
    columns.netns[at] = pool.namespace.index;
    columns.protocol[at] = pool.protocol === 'tcp' ? 0 : 1;
    columns.port[at] = ports.port[slot] as number;
    columns.state[at] = ports.state[slot] as number;
    columns.group[at] = members.groupOf(member).index;
    columns.owner[at] = members.owner[member] as number;
    columns.socket[at] = ports.bestRow[slot] as number;
    columns.heldSinceMs[at] = heldSinceMs;
    columns.stuck[at] = ports.stuck[slot] as number;
    columns.lastRemote[at] = Number.isNaN(heldSinceMs) ? NONE : (ports.remote[slot] as number);
    life.note(slot, columns.owner[at] as number, columns.state[at] as number, ports.remote[slot] as number, nowS);
    history.count(columns.group[at] as number, columns.state[at] as number, columns.protocol[at] as number);
    at++;
  }
  columns.length = at;
}

/** Finds the member of each socket row `from` to `to`; groups made on the way take part in the naming. */
export function placeSockets({ state, sample, pools, output }: Intake, from: number, to: number): void {
  const { sockets, members, ports } = state;
  const { slot: slots, owner: owners } = sockets.current;
  const { netns, protocol } = sample.sockets;
  for (let row = from; row < to; row++) {
    const slot = slots[row] as number;
    const owner = owners[row] as number;
    const member = slot < 0 ? NONE : (ports.member[slot] as number);
    if (member >= 0 && members.owner[member] === owner) {
      output.groupOfSocket[row] = member;
      continue;
    }
    const pool = pools[(netns[row] as number) * 2 + (protocol[row] as number)];
    output.groupOfSocket[row] = pool === undefined ? NONE : members.of(owner, pool.namespace);
  }
}

/** Writes port and group of the socket rows `from` to `to`. */
export function attributeSockets({ state, output }: Intake, from: number, to: number): void {
  const { sockets, members } = state;
  const slots = sockets.current.slot;
  const { portOfSocket, groupOfSocket, rowOfSlot } = output;
  for (let row = from; row < to; row++) {
    const slot = slots[row] as number;
    const member = groupOfSocket[row] as number;
    portOfSocket[row] = slot < 0 ? NONE : (rowOfSlot[slot] as number);
    groupOfSocket[row] = member < 0 ? NONE : members.groupOf(member).index;
  }
}

/** What the ledger hands on. */
export function attributed({ state, sample, output }: Intake): Attributed {
  return {
    sample,
    ports: output.ports,
    portOfSocket: output.portOfSocket,
    groupOfSocket: output.groupOfSocket,
    owners: state.owners.owners,
    groups: output.groups.map((group) => ({
      kind: group.kind,
      netns: group.netns,
      process: group.process,
      unit: group.unit,
      ...group.counters,
      startMs: group.startMs,
      executableChangeMs: group.executableChangeMs,
      members: group.members,
      handles: group.handles,
    })),
    remotes: state.remotes,
    netnsLabels: state.pools.ofSample.map(({ label }) => label),
    ledgerStartMs: state.startMs,
    ledgerPorts: state.ports.liveCount,
    foldedGroups: output.foldedGroups,
    historyDropped: state.history.dropped,
    lostEvents: state.lostEvents,
  };
}
