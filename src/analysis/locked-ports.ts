import type { Attributed } from '../model/attributed.ts';
import { PROTOCOL } from '../model/protocol.ts';
import { SOCKET_STATE } from '../model/socket-state.ts';

/**
 * 1 for each port row that a bind() surely owns: some TCP socket of the port is bound-only or listens, dominant or not. Such
 * a port is lost for every connect() of its namespace. A connection that was bound first locks its port too, but its row
 * does not show it: hence headroom has two ends.
 */
export function lockedPorts({ sample, ports, portOfSocket }: Attributed): Uint8Array {
  const { length, protocol, state } = sample.sockets;
  const locked = new Uint8Array(ports.length);
  for (let row = 0; row < length; row++) {
    const port = portOfSocket[row] as number;
    if (port < 0 || protocol[row] !== PROTOCOL.tcp) continue;
    if (state[row] === SOCKET_STATE.bound || state[row] === SOCKET_STATE.listen) locked[port] = 1;
  }
  return locked;
}
