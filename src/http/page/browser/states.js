/** @type {Readonly<Record<string, string>>} */
export const STATE_NAMES = {
  bound: 'bound',
  close_wait: 'close wait',
  established: 'established',
  listen: 'listening',
  transient: 'opening or closing',
  time_wait: 'time wait',
  unconnected: 'unconnected',
  free: 'free',
};

const TCP_STATES = ['bound', 'close_wait', 'established', 'listen', 'transient', 'time_wait'];
const UDP_STATES = ['established', 'unconnected'];

/**
 * States in the order that bars and charts stack them: what leaks at the bottom, what comes back by itself on top.
 * @param {string} protocol
 */
export function orderOfStates(protocol) {
  return protocol === 'tcp' ? TCP_STATES : UDP_STATES;
}
