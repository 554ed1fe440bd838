import type { ConnectionEvent } from '../../../model/sample.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import type { WindowsSockets } from '../sockets/windows-sockets.ts';
import type { AuditedConnection } from './audit-event.ts';

export interface AuditContext {
  /** The rows of the sample; what is in TIME_WAIT there was closed on this side. */
  readonly sockets: WindowsSockets;
  /** Row of the process that had this pid at that time, unix ms; negative when it is not known. */
  readonly processAt: (pid: number, atMs: number) => number;
  /** Boot clock of a wall clock time; both ms. */
  readonly bootMsAt: (wallMs: number) => number;
}

/**
 * Audited connections as events of a sample: each was opened, and one whose row is in TIME_WAIT was closed by the same process.
 * One whose process is gone without a trace tells nobody anything, and is left out.
 */
export function connectionEvents(
  connections: readonly AuditedConnection[],
  { sockets, processAt, bootMsAt }: AuditContext,
): ConnectionEvent[] {
  if (connections.length === 0) return [];
  const waiting = timeWaitTuples(sockets);
  return connections.flatMap((connection) => {
    const process = processAt(connection.pid, connection.atMs);
    if (process < 0) return [];
    const { local, localPort, remote, remotePort } = connection;
    const ends = { netns: 0, process, atMs: bootMsAt(connection.atMs), local, localPort, remote, remotePort };
    const opened: ConnectionEvent = { kind: 'opened', ...ends };
    const isWaiting = waiting.has(tupleOf(local, localPort, remote, remotePort));
    return isWaiting ? [opened, { ...opened, kind: 'closed' }] : [opened];
  });
}

function timeWaitTuples({ columns }: WindowsSockets): ReadonlySet<string> {
  const tuples = new Set<string>();
  for (let row = 0; row < columns.length; row++) {
    if (columns.state[row] !== SOCKET_STATE.time_wait) continue;
    const local = columns.local.subarray(row * 4, row * 4 + 4);
    const remote = columns.remote.subarray(row * 4, row * 4 + 4);
    tuples.add(tupleOf(local, columns.localPort[row] as number, remote, columns.remotePort[row] as number));
  }
  return tuples;
}

function tupleOf(local: ArrayLike<number>, localPort: number, remote: ArrayLike<number>, remotePort: number): string {
  return [...Array.from(local), localPort, ...Array.from(remote), remotePort].join();
}
