import { SOCKET_STATE } from '../../../model/socket-state.ts';

/** MIB_TCP_STATE_RESERVED, shown as "Bound": the state number of CIM and of the bound tables. */
export const MIB_BOUND = 100;

/**
 * Model state of a MIB_TCP_STATE number (tcpmib.h: 1 CLOSED .. 12 DELETE_TCB, 100 bound). CLOSED and DELETE_TCB rows are
 * sockets about to go that still hold their port: they count as closing. 0 for a number that no Windows documents.
 */
export const STATE_OF_MIB: Uint8Array = (() => {
  const table = new Uint8Array(256);
  table[1] = SOCKET_STATE.closing;
  table[2] = SOCKET_STATE.listen;
  table[3] = SOCKET_STATE.syn_sent;
  table[4] = SOCKET_STATE.syn_recv;
  table[5] = SOCKET_STATE.established;
  table[6] = SOCKET_STATE.fin_wait1;
  table[7] = SOCKET_STATE.fin_wait2;
  table[8] = SOCKET_STATE.close_wait;
  table[9] = SOCKET_STATE.closing;
  table[10] = SOCKET_STATE.last_ack;
  table[11] = SOCKET_STATE.time_wait;
  table[12] = SOCKET_STATE.closing;
  table[MIB_BOUND] = SOCKET_STATE.bound;
  return table;
})();
