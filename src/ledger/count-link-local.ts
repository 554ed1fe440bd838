import { LINK_LOCAL_CLASSES } from '../model/link-local.ts';
import { SOCKET_STATE } from '../model/socket-state.ts';
import { eventWords } from './connection-events.ts';
import type { Group } from './group-table.ts';
import type { Intake } from './intake.ts';
import { NOT_LINK_LOCAL } from './remote-memory.ts';
import { ROW_FLAG } from './socket-memory.ts';
import { TupleKey } from './tuple-key.ts';

const key = new TupleKey();

/** Counts (after their members were placed) the link-local connections among the rows `from` to `to`, now and newly opened, for the groups of their owners. */
export function countLinkLocalRows(intake: Intake, from: number, to: number): void {
  const { state } = intake;
  const { remotes, sockets, linkLocal } = state;
  const rows = sockets.current;
  const columns = intake.sample.sockets;
  for (let row = from; row < to; row++) {
    const remote = rows.remote[row] as number;
    if (remote < 0 || remotes.linkLocal[remote] === NOT_LINK_LOCAL || (rows.slot[row] as number) < 0) continue;
    const socketState = columns.state[row] as number;
    if (socketState === SOCKET_STATE.bound) continue;
    const pool = intake.pools[(columns.netns[row] as number) * 2 + (columns.protocol[row] as number)];
    if (pool === undefined) continue;
    const group = state.members.groupOf(intake.output.groupOfSocket[row] as number);
    if (socketState !== SOCKET_STATE.time_wait) group.linkLocal++;
    const { local, localPort, remote: peer, remotePort } = columns;
    key.compute(pool.id, local, row * 4, localPort[row] as number, peer, row * 4, remotePort[row] as number);
    linkLocal.rows.add(key.asNumber);
    const known = ROW_FLAG.knownSocket | ROW_FLAG.knownRemote;
    const isNew = ((rows.flags[row] as number) & known) !== known && !linkLocal.previousEvents.has(key.asNumber);
    if (isNew && !pool.isBaseline) count(group, remotes.linkLocal[remote] as number);
  }
}

/** Counts the link-local connections that a trace saw being opened and that no row shows. */
export function countLinkLocalEvents(intake: Intake): void {
  const { sample, state, pools } = intake;
  const { linkLocal, remotes, owners } = state;
  for (const event of sample.connectionEvents) {
    const pool = pools[event.netns * 2];
    if (event.kind !== 'opened' || pool === undefined || sample.processes[event.process] === undefined) continue;
    const words = eventWords(event);
    const remote = remotes.intern(words, 4, event.remotePort);
    if (remotes.linkLocal[remote] === NOT_LINK_LOCAL) continue;
    key.compute(pool.id, words, 0, event.localPort, words, 4, event.remotePort);
    const tuple = key.asNumber;
    if (linkLocal.rows.has(tuple) || linkLocal.previousRows.has(tuple)) continue;
    linkLocal.events.add(tuple);
    const member = state.members.of(owners.ofSample[event.process] as number, pool.namespace);
    count(state.members.groupOf(member), remotes.linkLocal[remote] as number);
  }
}

function count(group: Group, linkLocalClass: number): void {
  const name = LINK_LOCAL_CLASSES[linkLocalClass];
  if (name !== undefined) group.counters.linkLocalOpened[name]++;
}
