import type { ConnectionEvent } from '../../../model/sample.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import type { StateChange } from './trace-record.ts';

/** A connection that a thread opened, or began to close. */
export interface TracedConnection extends Omit<ConnectionEvent, 'netns' | 'process'> {
  readonly task: number;
}

// Connects under way at once; a flood beyond it loses the oldest, which are the least likely to succeed.
const MOST_PENDING = 65_536;
const NS_PER_MS = 1e6;

/**
 * Makes connections out of state changes: the thread is that of the change to SYN_SENT, where the port is not yet known,
 * and the tuple that of the change to ESTABLISHED, which a packet causes; they meet by the socket.
 */
export class TraceConnections {
  readonly #connecting = new Map<number, StateChange>();

  /** `changes` in the order of their time. */
  join(changes: readonly StateChange[]): TracedConnection[] {
    const connections: TracedConnection[] = [];
    for (const change of changes) {
      const { oldState, newState } = change;
      if (newState === SOCKET_STATE.syn_sent) this.#note(change);
      else if (oldState === SOCKET_STATE.syn_sent) this.#finish(change, connections);
      else if (oldState === SOCKET_STATE.established && newState === SOCKET_STATE.fin_wait1) {
        connections.push(toConnection('closed', change, change.task));
      }
    }
    return connections;
  }

  /** After a loss a socket may stand for another one: what was under way is not joined any more. */
  forget(): void {
    this.#connecting.clear();
  }

  #note(change: StateChange): void {
    this.#connecting.delete(change.socket);
    this.#connecting.set(change.socket, change);
    if (this.#connecting.size <= MOST_PENDING) return;
    for (const oldest of this.#connecting.keys()) {
      this.#connecting.delete(oldest);
      return;
    }
  }

  #finish(change: StateChange, connections: TracedConnection[]): void {
    const begun = this.#connecting.get(change.socket);
    this.#connecting.delete(change.socket);
    if (begun === undefined || change.newState !== SOCKET_STATE.established) return;
    if (hasSameRemote(begun, change)) connections.push(toConnection('opened', change, begun.task));
  }
}

function hasSameRemote(a: StateChange, b: StateChange): boolean {
  return a.remotePort === b.remotePort && a.remote.every((word, index) => word === b.remote[index]);
}

function toConnection(kind: 'opened' | 'closed', change: StateChange, task: number): TracedConnection {
  const { localPort, remotePort, local, remote, timeNs } = change;
  return { kind, task, atMs: timeNs / NS_PER_MS, localPort, remotePort, local, remote };
}
