/**
 * The state of one socket row. Numbers are Linux's own (include/net/tcp_states.h), so its rows need no translation;
 * `bound` is the wire state 7 of a socket that did bind() and nothing else, and `unconnected` is ours, for UDP.
 */
export const SOCKET_STATE = {
  established: 1,
  syn_sent: 2,
  syn_recv: 3,
  fin_wait1: 4,
  fin_wait2: 5,
  time_wait: 6,
  bound: 7,
  close_wait: 8,
  last_ack: 9,
  listen: 10,
  closing: 11,
  unconnected: 12,
} as const;

export type SocketStateName = keyof typeof SOCKET_STATE;

/** States of a used TCP port, most dominant first (DESIGN section 2). */
export const TCP_PORT_STATES = ['listen', 'established', 'transient', 'close_wait', 'bound', 'time_wait'] as const;

/** States of a used UDP port, most dominant first. */
export const UDP_PORT_STATES = ['established', 'unconnected'] as const;

export type TcpPortState = (typeof TCP_PORT_STATES)[number];
export type UdpPortState = (typeof UDP_PORT_STATES)[number];
export type PortState = TcpPortState | UdpPortState;

/** Every port state by its code: the codes of both protocols, a lower one dominates a higher one. */
export const PORT_STATES = [
  'listen',
  'established',
  'transient',
  'close_wait',
  'bound',
  'time_wait',
  'unconnected',
] as const;

/** Codes of {@link PORT_STATES}, for typed columns. */
export const PORT_STATE: Readonly<Record<PortState, number>> = {
  listen: 0,
  established: 1,
  transient: 2,
  close_wait: 3,
  bound: 4,
  time_wait: 5,
  unconnected: 6,
};

/** Port state code of each socket state: index by {@link SOCKET_STATE}. Slot 0 is no socket state. */
export const PORT_STATE_OF_SOCKET: Uint8Array = (() => {
  const table = new Uint8Array(16).fill(PORT_STATE.transient);
  table[SOCKET_STATE.established] = PORT_STATE.established;
  table[SOCKET_STATE.time_wait] = PORT_STATE.time_wait;
  table[SOCKET_STATE.bound] = PORT_STATE.bound;
  table[SOCKET_STATE.close_wait] = PORT_STATE.close_wait;
  table[SOCKET_STATE.listen] = PORT_STATE.listen;
  table[SOCKET_STATE.unconnected] = PORT_STATE.unconnected;
  return table;
})();
