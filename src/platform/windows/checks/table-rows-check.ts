import { SOCKET_STATE } from '../../../model/socket-state.ts';
import { type Finding, ok } from '../../check.ts';
import { ALL_PORTS, type WindowsSockets } from '../sockets/windows-sockets.ts';
import type { BoundTableCalls } from '../tables/bound-tables.ts';
import { nativeBound, nativeTcp } from '../tables/native-sockets.ts';
import type { SocketTableCalls } from '../tables/socket-tables.ts';

/**
 * What the tables hold that no documentation tells: how long they take, whether a connected socket is in the bound table too, and
 * which rows have a creation time.
 */
export function checkTableRows(tables: SocketTableCalls, bound: BoundTableCalls, nowMs: () => number): Finding {
  const startMs = nowMs();
  const tcp = nativeTcp(tables).read(ALL_PORTS) as WindowsSockets;
  const boundOnly = nativeBound(bound).read(ALL_PORTS) as WindowsSockets;
  const tookMs = Math.round(nowMs() - startMs);
  const { columns } = tcp;
  const rows = Array.from({ length: columns.length }, (_, row) => row);
  const tcpPorts = new Set(rows.map((row) => columns.localPort[row]));
  const boundPorts = boundOnly.columns.localPort.subarray(0, boundOnly.columns.length);
  const both = boundPorts.filter((port) => tcpPorts.has(port)).length;
  const waiting = rows.filter((row) => columns.state[row] === SOCKET_STATE.time_wait);
  const dated = (some: readonly number[]) =>
    `${some.filter((row) => (columns.createdMs[row] as number) > 0).length} of ${some.length}`;
  return ok(
    `${columns.length} TCP rows and ${boundPorts.length} bound ones in ${tookMs} ms; ${both} bound ports have another socket too; ` +
      `created known of ${dated(rows)}, in TIME_WAIT of ${dated(waiting)}`,
  );
}
