import { PORT_STATE, PORT_STATE_OF_SOCKET, SOCKET_STATE } from '../model/socket-state.ts';
import type { OpenedConnection } from './connection-events.ts';
import type { Intake } from './intake.ts';
import type { RemoteMemory } from './remote-memory.ts';
import { NONE, SLOT } from './slot.ts';
import { ROW_FLAG } from './socket-memory.ts';

/**
 * Learns from the rows `from` to `to`, after their ports have owners, whom each port's present owner talks to. A port in
 * close_wait has the peer of its dominant socket; else a connection that is new this time comes before what is remembered.
 */
export function trackRemotes(intake: Intake, from: number, to: number): void {
  const { ports, sockets, members } = intake.state;
  const rows = sockets.current;
  const socketState = intake.sample.sockets.state;
  for (let row = from; row < to; row++) {
    const slot = rows.slot[row] as number;
    const remote = rows.remote[row] as number;
    if (slot < 0 || remote < 0) continue;
    const owner = rows.owner[row] as number;
    if (owner !== members.owner[ports.member[slot] as number]) continue;
    const isDominant = row === ports.bestRow[slot];
    const portState = ports.state[slot] as number;
    if (portState === PORT_STATE.close_wait) {
      if (isDominant) ports.remote[slot] = remote;
      continue;
    }
    // Without a name nobody can tell one owner's sockets from another's: only the dominant one's peer is trusted.
    if (owner < 0 && !isDominant) continue;
    // What is closed already is older than what is still connected.
    if (socketState[row] === SOCKET_STATE.time_wait && portState < PORT_STATE.close_wait) continue;
    if (isBetter(intake, slot, row)) {
      ports.remote[slot] = remote;
      ports.remoteRow[slot] = row;
    }
  }
}

/** Notes the connections that a trace saw being opened, the oldest first; later ones replace earlier ones. */
export function noteOpenedConnections({ state, sample, pools }: Intake): void {
  const { pending, remotes, owners } = state;
  const words = new Uint32Array(4);
  const fresh: OpenedConnection[] = [];
  for (const event of sample.connectionEvents) {
    const pool = pools[event.netns * 2];
    if (event.kind !== 'opened' || pool === undefined || sample.processes[event.process] === undefined) continue;
    words.set(event.remote);
    const remote = remotes.intern(words, 0, event.remotePort);
    fresh.push({ pool, port: event.localPort, owner: owners.ofSample[event.process] as number, remote });
  }
  for (const connection of pending.list) noteOpened(state, connection);
  pending.list = fresh.filter((connection) => !noteOpened(state, connection));
}

/** False when the port is not (yet) seen with that owner. */
function noteOpened({ ports, members }: Intake['state'], { pool, port, owner, remote }: OpenedConnection): boolean {
  const slot = pool.find(port);
  if (slot === NONE || ports.live[slot] !== SLOT.used) return false;
  if (members.owner[ports.member[slot] as number] !== owner) return false;
  const portState = ports.state[slot] as number;
  const isConnected =
    portState === PORT_STATE.established || portState === PORT_STATE.transient || portState === PORT_STATE.close_wait;
  if (!isConnected) ports.remote[slot] = remote;
  return true;
}

/** True when the row tells more than what its port has: new before remembered, then by state, then by address. */
function isBetter({ state, sample }: Intake, slot: number, row: number): boolean {
  const { ports, sockets, remotes } = state;
  const rival = ports.remoteRow[slot] as number;
  const { flags, remote } = sockets.current;
  const isKnown = (flags[row] as number) & ROW_FLAG.knownRemote;
  if (rival === NONE) return isKnown === 0 || ports.remote[slot] === NONE;
  const isRivalKnown = (flags[rival] as number) & ROW_FLAG.knownRemote;
  if (isKnown !== isRivalKnown) return isKnown < isRivalKnown;
  const rank = PORT_STATE_OF_SOCKET[(sample.sockets.state[row] as number) & 15] as number;
  const rivalRank = PORT_STATE_OF_SOCKET[(sample.sockets.state[rival] as number) & 15] as number;
  if (rank !== rivalRank) return rank < rivalRank;
  return comesBefore(remotes, remote[row] as number, remote[rival] as number);
}

function comesBefore({ words, ports }: RemoteMemory, id: number, other: number): boolean {
  for (let word = 0; word < 4; word++) {
    const a = words[id * 4 + word] as number;
    const b = words[other * 4 + word] as number;
    if (a !== b) return a < b;
  }
  return (ports[id] as number) < (ports[other] as number);
}
