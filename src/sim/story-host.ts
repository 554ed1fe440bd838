import { parseAddress } from '../model/address.ts';
import { SOCKET_STATE, type SocketStateName } from '../model/socket-state.ts';
import { PortPool, type StoryProcess, type StorySocket } from './port-pool.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';

/** The story begins here: a Monday at midnight, UTC. */
export const STORY_EPOCH_MS: number = Date.UTC(2026, 0, 5);

export interface OpenRequest {
  readonly owner: StoryProcess;
  readonly state: SocketStateName;
  readonly remote: number;
  readonly seen?: boolean;
  readonly shared?: boolean;
  /** Minute at which it is closed; Infinity: never. */
  readonly until: number;
}

/** The sockets and processes of a simulated host. */
export class StoryHost {
  readonly random: Random;
  readonly sockets: Set<StorySocket> = new Set();
  readonly remotes: { readonly words: readonly [number, number, number, number]; readonly port: number }[] = [];
  readonly exited: { readonly pid: number; readonly startMs: number }[] = [];
  readonly tcp: PortPool;
  readonly udp: PortPool;
  /** Requests of this minute that found no port. */
  refused = 0;
  minute = 0;
  readonly #due = new Map<number, StorySocket[]>();
  #nextPid = 1000;
  #nextCookie = 1;

  constructor(scenario: Scenario, random: Random) {
    this.random = random;
    this.tcp = new PortPool(scenario.range.first, scenario.range.size);
    this.udp = new PortPool(scenario.range.first, scenario.range.size);
  }

  /** Begins a minute: what is due is closed. */
  begin(minute: number): void {
    this.minute = minute;
    this.refused = 0;
    for (const socket of this.#due.get(minute) ?? []) this.close(socket);
    this.#due.delete(minute);
  }

  startProcess(name: string, unit: string, startMs: number, executableChangeMs: number): StoryProcess {
    this.#nextPid += 4;
    return { pid: this.#nextPid, startMs, name, unit, executableChangeMs, sockets: new Set() };
  }

  endProcess(process: StoryProcess): void {
    for (const socket of process.sockets) this.close(socket);
    this.exited.push({ pid: process.pid, startMs: process.startMs });
  }

  open({ owner, state, remote, seen = false, shared = false, until }: OpenRequest): StorySocket | undefined {
    const udp = state === 'unconnected';
    const pool = udp ? this.udp : this.tcp;
    const port = shared ? pool.takeShared(this.random, remote) : pool.take(this.random);
    if (port === undefined) {
      this.refused++;
      return undefined;
    }
    const code = SOCKET_STATE[state];
    const cookie = this.#nextCookie++;
    const socket = { port, udp, state: code, opened: this.minute, seen, owner, remote, cookie, live: true };
    this.sockets.add(socket);
    owner.sockets.add(socket);
    if (Number.isFinite(until)) {
      const at = Math.max(this.minute + 1, Math.round(until));
      const due = this.#due.get(at);
      if (due === undefined) this.#due.set(at, [socket]);
      else due.push(socket);
    }
    return socket;
  }

  close(socket: StorySocket): void {
    if (!socket.live) return;
    socket.live = false;
    this.sockets.delete(socket);
    socket.owner.sockets.delete(socket);
    (socket.udp ? this.udp : this.tcp).give(socket.port, socket.remote);
  }

  /** Index of a remote `ip:port`, IPv6 in brackets. */
  remoteOf(text: string): number {
    const colon = text.lastIndexOf(':');
    const words = parseAddress(text.slice(0, colon).replace(/^\[|\]$/g, ''));
    const port = Number(text.slice(colon + 1));
    if (words === undefined || !Number.isInteger(port)) throw new RangeError(`"${text}" is not ip:port`);
    return this.remotes.push({ words, port }) - 1;
  }
}
