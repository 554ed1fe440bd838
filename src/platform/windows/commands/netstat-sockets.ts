import { PROTOCOL } from '../../../model/protocol.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import { createWindowsSockets, type WindowsSockets } from '../sockets/windows-sockets.ts';
import type { NetstatRow } from './netstat-output.ts';
import { appendTextRow } from './text-rows.ts';

/**
 * State words that say more than "connected": as netstat prints them in English, and in German. Any other word of a row with
 * a peer counts as established, which is what nearly all of them are.
 */
const STATE_OF_WORD: ReadonlyMap<string, number> = new Map([
  ['SYN_SENT', SOCKET_STATE.syn_sent],
  ['SYN_RECEIVED', SOCKET_STATE.syn_recv],
  ['FIN_WAIT_1', SOCKET_STATE.fin_wait1],
  ['FIN_WAIT_2', SOCKET_STATE.fin_wait2],
  ['TIME_WAIT', SOCKET_STATE.time_wait],
  ['CLOSE_WAIT', SOCKET_STATE.close_wait],
  ['CLOSING', SOCKET_STATE.closing],
  ['LAST_ACK', SOCKET_STATE.last_ack],
  ['SYN_GESENDET', SOCKET_STATE.syn_sent],
  ['SYN_EMPFANGEN', SOCKET_STATE.syn_recv],
  ['WARTEND', SOCKET_STATE.time_wait],
  ['SCHLIESSEN_WARTEN', SOCKET_STATE.close_wait],
]);

/** The three outputs that tell bound sockets from listeners without a word: `-ano`, `-anoq`, and `-ano` once more. */
export interface NetstatReadings {
  readonly before: readonly NetstatRow[];
  readonly withBound: readonly NetstatRow[];
  readonly after: readonly NetstatRow[];
}

/**
 * Sockets of three netstat outputs. A TCP row without a peer is bound when neither `-ano` shows it for the same process, and
 * listens otherwise; a row with a peer and pid 0 is in TIME_WAIT.
 */
export function socketsOfNetstat({ before, withBound, after }: NetstatReadings): WindowsSockets {
  const listeners = new Set([...before, ...after].filter(hasNoPeer).map(keyOf));
  const sockets = createWindowsSockets(withBound.length);
  for (const row of withBound) appendTextRow(sockets, row, stateOf(row, listeners));
  return sockets;
}

function stateOf(row: NetstatRow, listeners: ReadonlySet<string>): number {
  if (row.protocol === PROTOCOL.udp) return SOCKET_STATE.unconnected;
  if (row.remote === undefined) return listeners.has(keyOf(row)) ? SOCKET_STATE.listen : SOCKET_STATE.bound;
  if (row.pid === 0) return SOCKET_STATE.time_wait;
  return STATE_OF_WORD.get(row.word) ?? SOCKET_STATE.established;
}

function hasNoPeer(row: NetstatRow): boolean {
  return row.protocol === PROTOCOL.tcp && row.remote === undefined;
}

function keyOf(row: NetstatRow): string {
  return `${row.local.words.join('.')} ${row.local.port} ${row.pid}`;
}
