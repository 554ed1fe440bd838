import type { Sample } from '../../src/model/sample.ts';
import { PORT_STATE, PORT_STATES, SOCKET_STATE } from '../../src/model/socket-state.ts';
import { type NaiveCounters, type NaiveGroup, NaiveNames } from './naive-names.ts';
import { type NaiveRow, readRows } from './naive-rows.ts';

/** A port in words. `owner` is `pid@startMs` or an owner code. */
export interface NaivePort {
  state: string;
  owner: string;
  heldSinceMs: number | undefined;
  stuck: boolean;
  /** Last remote of the present owner, held or not. */
  remote: string | undefined;
  socket: string;
  createdMs: number;
}

const CLOSING: readonly number[] = ['fin_wait1', 'fin_wait2', 'closing', 'last_ack', 'time_wait'].map(
  (name) => SOCKET_STATE[name as keyof typeof SOCKET_STATE],
);

/** The rules of DESIGN sections 2 and 4 with Maps and strings: slow, plain, and sharing no code with the ledger. */
export class NaiveLedger {
  ports: Map<string, NaivePort> = new Map();
  readonly names: NaiveNames;
  private sockets = new Map<string, NaiveRow>();
  private readonly dead = new Set<string>();
  private isFirst = true;
  private readonly stuckAfterMs: number;

  constructor(stuckAfterMs: number, processLimit: number) {
    this.stuckAfterMs = stuckAfterMs;
    this.names = new NaiveNames(processLimit);
  }

  reduce(sample: Sample): void {
    for (const { pid, startMs } of sample.exitedProcesses) this.dead.add(`${pid}@${startMs}`);
    for (const { pid, startMs } of sample.processes) {
      this.dead.delete(`${pid}@${startMs}`);
      for (const port of this.ports.values()) {
        const [otherPid, otherStart] = port.owner.split('@');
        const isListed = sample.processes.some((row) => port.owner === `${row.pid}@${row.startMs}`);
        if (otherPid === String(pid) && otherStart !== String(startMs) && !isListed) this.dead.add(port.owner);
      }
    }
    this.names.rename(sample, this.ports);
    const rows = readRows(sample).map((row) => ({ ...row, owner: this.ownerOf(row, sample) }));
    const byPort = new Map<string, NaiveRow[]>();
    for (const row of rows) byPort.set(row.portKey, [...(byPort.get(row.portKey) ?? []), row]);
    for (const [key, port] of this.ports) {
      if (byPort.has(key)) continue;
      this.endStuck(key, port, this.letGo(port.owner));
      this.counters(key, port.owner).released[protocolOf(key)]++;
      this.ports.delete(key);
    }
    for (const [key, portRows] of byPort) this.settle(key, portRows, sample);
    for (const row of rows) this.countLinkLocal(row);
    this.names.assign(this.ports, rows, sample.bootMs);
    this.sockets = new Map(rows.map((row) => [row.socket, row]));
    this.isFirst = false;
  }

  private ownerOf(row: NaiveRow, { processes }: Sample): string {
    const process = processes[row.process];
    if (process !== undefined) return `${process.pid}@${process.startMs}`;
    const code = ['kernel', 'noPermission', 'gone', 'timeWait'][-row.process - 1] as string;
    const before = this.sockets.get(row.socket)?.owner;
    if (before === undefined || !before.includes('@')) return code;
    if (CLOSING.includes(row.state)) return before;
    return code !== 'kernel' && row.hasCookie && !this.dead.has(before) ? before : code;
  }

  private settle(key: string, rows: readonly NaiveRow[], sample: Sample): void {
    const before = this.ports.get(key);
    const best = [...rows].sort((a, b) => compareRows(a, b, before))[0] as NaiveRow;
    const fresh = { heldSinceMs: undefined, stuck: false, remote: undefined };
    const port: NaivePort = before ?? { state: '', owner: best.owner, socket: best.socket, createdMs: 0, ...fresh };
    if (before === undefined) {
      if (!this.isFirst) this.counters(key, best.owner).opened[protocolOf(key)]++;
    } else {
      const isContinuous = rows.some((row) => this.continues(row, before));
      const from = this.counters(key, before.owner);
      const to = this.counters(key, best.owner);
      if (!isContinuous || from !== to) {
        from.released[protocolOf(key)]++;
        to.opened[protocolOf(key)]++;
      }
      const isFoundOut = /^(noPermission|gone|timeWait)$/.test(before.owner) && best.owner.includes('@');
      if (isContinuous && isFoundOut && best.socket === before.socket) {
        if (before.stuck && from !== to) to.stuckTotal++;
      } else if (!isContinuous || before.owner !== best.owner) {
        this.endStuck(key, before, this.letGo(before.owner));
        Object.assign(port, fresh);
      } else if (!best.owner.includes('@') && best.socket !== before.socket) {
        port.remote = undefined;
      }
    }
    const { owner, socket, createdMs } = best;
    Object.assign(port, { owner, socket, createdMs, state: PORT_STATES[best.rank] });
    this.hold(key, port, best, sample, before === undefined);
    this.learnRemote(port, rows, best);
    this.ports.set(key, port);
  }

  private continues(row: NaiveRow, before: NaivePort): boolean {
    const same = this.sockets.get(row.socket);
    if (row.hasCookie) return same?.portKey === row.portKey;
    if (row.createdMs !== 0 && before.createdMs !== 0) {
      return row.createdMs === before.createdMs || row.createdMs === same?.createdMs;
    }
    return row.owner === before.owner;
  }

  private hold(key: string, port: NaivePort, best: NaiveRow, { bootMs, takenAtMs }: Sample, isNew: boolean): void {
    if (best.isUdp || (port.state !== 'bound' && port.state !== 'close_wait')) {
      this.endStuck(key, port, CLOSING.includes(best.state) ? this.letGo(port.owner) : 'used');
      port.heldSinceMs = undefined;
      return;
    }
    const ageMs = isNew && best.createdMs > 0 ? Math.max(0, takenAtMs - best.createdMs) : 0;
    port.heldSinceMs ??= bootMs - ageMs;
    if (port.stuck || bootMs - port.heldSinceMs <= this.stuckAfterMs) return;
    port.stuck = true;
    if (!this.isFirst) this.counters(key, port.owner).stuckTotal++;
  }

  private learnRemote(port: NaivePort, rows: readonly NaiveRow[], best: NaiveRow): void {
    if (port.state === 'close_wait') {
      port.remote = best.remote ?? port.remote;
      return;
    }
    const isConnected = best.rank < PORT_STATE.close_wait;
    const candidates = rows
      .filter((row) => row.remote !== undefined && row.owner === port.owner)
      .filter((row) => port.owner.includes('@') || row === best)
      .filter((row) => !(isConnected && row.state === SOCKET_STATE.time_wait))
      .filter((row) => port.remote === undefined || this.isNewRemote(row))
      .sort(
        (a, b) =>
          Number(this.isNewRemote(b)) - Number(this.isNewRemote(a)) ||
          a.rank - b.rank ||
          (a.remoteOrder < b.remoteOrder ? -1 : 1),
      );
    port.remote = candidates[0]?.remote ?? port.remote;
  }

  private isNewRemote(row: NaiveRow): boolean {
    return this.sockets.get(row.socket)?.remote !== row.remote;
  }

  private countLinkLocal(row: NaiveRow): void {
    if (row.linkLocal === 'other' || row.state === SOCKET_STATE.bound || this.isFirst) return;
    const before = this.sockets.get(row.socket);
    const isAgain = before !== undefined && !row.hasCookie && row.createdMs !== before.createdMs;
    if (!this.isNewRemote(row) && !isAgain) return;
    const linkLocalOpened = this.counters(row.portKey, row.owner).linkLocalOpened;
    linkLocalOpened[row.linkLocal] = (linkLocalOpened[row.linkLocal] ?? 0) + 1;
  }

  private letGo(owner: string): 'exited' | 'closed' {
    return this.dead.has(owner) ? 'exited' : 'closed';
  }

  private endStuck(key: string, port: NaivePort, how: 'closed' | 'used' | 'exited'): void {
    if (port.stuck) this.counters(key, port.owner).stuckReleased[how]++;
    port.stuck = false;
  }

  private counters(key: string, owner: string): NaiveCounters {
    return this.names.inForce(key, owner).counters;
  }

  groupOf(key: string): NaiveGroup {
    return this.names.inForce(key, this.ports.get(key)?.owner ?? '');
  }
}

function compareRows(a: NaiveRow, b: NaiveRow, before: NaivePort | undefined): number {
  const present = (row: NaiveRow): number => Number(row.owner === before?.owner);
  const same = (row: NaiveRow): number => Number(row.socket === before?.socket);
  const codes = ['kernel', 'noPermission', 'gone', 'timeWait'];
  const order = (owner: string): number[] => {
    const [pid, start] = owner.split('@').map(Number);
    return owner.includes('@') ? [0, pid as number, start as number] : [1, codes.indexOf(owner), 0];
  };
  const [ka, kb] = [order(a.owner), order(b.owner)];
  return (
    a.rank - b.rank ||
    present(b) - present(a) ||
    (ka[0] as number) - (kb[0] as number) ||
    (ka[1] as number) - (kb[1] as number) ||
    (ka[2] as number) - (kb[2] as number) ||
    same(b) - same(a) ||
    a.createdMs - b.createdMs ||
    (a.order < b.order ? -1 : 1)
  );
}

function protocolOf(key: string): 'tcp' | 'udp' {
  return key.split(' ')[1] as 'tcp' | 'udp';
}
