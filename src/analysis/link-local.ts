import { linkLocalClass } from '../model/address.ts';
import type { Attributed } from '../model/attributed.ts';
import { LINK_LOCAL_CLASSES } from '../model/link-local.ts';
import { SOCKET_STATE } from '../model/socket-state.ts';

const CLASS_COUNT = LINK_LOCAL_CLASSES.length;

/** States in which a socket has a peer that it talks, talked or is about to talk to, and an owner: no TIME_WAIT, no stale peer. */
const CONNECTED: Uint8Array = (() => {
  const table = new Uint8Array(16).fill(1);
  for (const state of ['time_wait', 'bound', 'listen', 'unconnected'] as const) table[SOCKET_STATE[state]] = 0;
  return table;
})();

/** Connections to link-local remotes by group and class: index `group * 4 + class` in the order of LINK_LOCAL_CLASSES. */
export function linkLocalConnections({ sample, groups, groupOfSocket, portOfSocket }: Attributed): Int32Array {
  const { length, state, remote, remotePort } = sample.sockets;
  const counts = new Int32Array(groups.length * CLASS_COUNT);
  for (let row = 0; row < length; row++) {
    if (CONNECTED[state[row] as number] === 0 || remotePort[row] === 0 || (portOfSocket[row] as number) < 0) continue;
    const remoteClass = linkLocalClass(remote, row * 4);
    if (remoteClass === 'other') continue;
    const at = (groupOfSocket[row] as number) * CLASS_COUNT + LINK_LOCAL_CLASSES.indexOf(remoteClass);
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}
