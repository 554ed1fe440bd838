import type { WalkTime } from '../owners/fd-walk.ts';
import { FD_LINK, type ProcessFs } from '../owners/process-fs.ts';
import { parseProcessStat } from '../owners/process-stat.ts';
import type { BoundSocket } from './bound-socket.ts';
import type { ForeignProcess, ForeignSockets } from './foreign-sockets.ts';

export interface BoundSearchParts {
  readonly fs: ProcessFs;
  readonly sockets: ForeignSockets;
  /** Inode of the network namespace of a process; empty when it cannot be read. */
  readonly namespaceOf: (pid: number) => string;
  /** Is looked into like the others, but says nothing of our rights. */
  readonly ownPid: number;
  /** The namespace whose sockets are looked for. */
  readonly namespace: string;
}

interface Holder {
  readonly startTicks: number;
  /** By descriptor, ascending. */
  readonly bound: Map<number, BoundSocket>;
}

/** Most duplicates made in one step; about 15 us each. */
export const MOST_LOOKS = 5_000;
const LINKS_PER_TIME_CHECK = 32;

/**
 * Looks for bound-only sockets through the descriptors of every process of a namespace. One pass after another, in steps
 * that are limited: where a step ends, the next sample goes on, and until then what the pass before saw stands.
 */
export class BoundSearch {
  readonly #parts: BoundSearchParts;
  readonly #holders = new Map<number, Holder>();
  /** Inodes that are no TCP socket; those that a whole pass did not meet again are forgotten. */
  #other: ReadonlySet<number> = new Set();
  #met = new Set<number>();
  /** Processes that the pass under way has still to read, and the descriptor it goes on with. */
  #left: number[] = [];
  #from = 0;
  #looks = 0;
  #counts = { read: 0, refused: 0 };
  /** Counts of the latest whole pass; undefined before the first one. */
  #last: { readonly read: number; readonly refused: number } | undefined;

  constructor(parts: BoundSearchParts) {
    this.#parts = parts;
  }

  /** False until a first pass was whole. */
  get complete(): boolean {
    return this.#last !== undefined;
  }

  /** Processes of the latest whole pass that could not be looked into for lack of rights. */
  get refused(): number {
    return this.#last?.refused ?? 0;
  }

  /** Other processes of the latest whole pass that could. */
  get read(): number {
    return this.#last?.read ?? 0;
  }

  *sockets(): Generator<BoundSocket> {
    for (const { bound } of this.#holders.values()) yield* bound.values();
  }

  /**
   * Goes on with the pass, or begins one. `listed` are the inodes of connected and listening sockets: not worth a look.
   * @throws ExporterError EPH_BOUND_INVISIBLE when the system cannot do it at all.
   */
  advance(listed: ReadonlySet<number>, time: Pick<WalkTime, 'expired'>): void {
    const pids = this.#parts.fs.listPids();
    if (typeof pids === 'string') return;
    this.#dropDead(new Set(pids));
    if (this.#left.length === 0) {
      this.#left = [...pids].reverse();
      this.#counts = { read: 0, refused: 0 };
    }
    this.#looks = 0;
    while (this.#left.length > 0) {
      if (time.expired() || !this.#readProcess(this.#left.at(-1) as number, listed, time)) return;
      this.#left.pop();
      this.#from = 0;
    }
    this.#last = this.#counts;
    this.#other = this.#met;
    this.#met = new Set();
  }

  #dropDead(living: ReadonlySet<number>): void {
    for (const [pid, { startTicks }] of this.#holders) {
      if (!living.has(pid) || this.#startTicks(pid) !== startTicks) this.#holders.delete(pid);
    }
  }

  /** False when the step must end before the process was read whole. */
  #readProcess(pid: number, listed: ReadonlySet<number>, time: Pick<WalkTime, 'expired'>): boolean {
    const namespace = this.#parts.namespaceOf(pid);
    const isElsewhere = namespace !== '' && namespace !== this.#parts.namespace;
    const fds = isElsewhere ? 'gone' : this.#parts.fs.listFds(pid);
    // What has no descriptors, as kernel threads, hides nothing; whose namespace is hidden has hidden links too.
    if (fds === 'refused' || (namespace === '' && typeof fds !== 'string' && fds.length > 0)) this.#counts.refused++;
    if (namespace === '' || typeof fds === 'string') {
      this.#holders.delete(pid);
      return true;
    }
    const holder = this.#holderOf(pid, fds);
    const process = holder === undefined ? 'gone' : this.#parts.sockets.open(pid);
    if (holder === undefined || process === 'gone') return true;
    if (pid !== this.#parts.ownPid) this.#counts.read++;
    try {
      // Asked again now that the handle pins the process: its number may have gone to another one.
      if (this.#startTicks(pid) !== holder.startTicks) return true;
      return this.#readFds({ pid, holder, process, fds, listed, time });
    } finally {
      process.close();
    }
  }

  #readFds(options: {
    readonly pid: number;
    readonly holder: Holder;
    readonly process: ForeignProcess;
    readonly fds: Int32Array;
    readonly listed: ReadonlySet<number>;
    readonly time: Pick<WalkTime, 'expired'>;
  }): boolean {
    const { pid, holder, process, fds, listed, time } = options;
    let reads = 0;
    for (const fd of fds) {
      if (fd < this.#from) continue;
      this.#from = fd;
      if (this.#looks >= MOST_LOOKS || (++reads % LINKS_PER_TIME_CHECK === 0 && time.expired())) return false;
      const inode = this.#parts.fs.readFdLink(pid, fd);
      if (inode === FD_LINK.refused) {
        this.#counts.refused++;
        return true;
      }
      const look = inode > 0 && !listed.has(inode) ? this.#look(process, fd, inode) : 'unbound';
      if (look === 'refused') {
        this.#counts.refused++;
        return true;
      }
      if (typeof look === 'string') holder.bound.delete(fd);
      else holder.bound.set(fd, look);
    }
    return true;
  }

  #look(process: ForeignProcess, fd: number, inode: number): ReturnType<ForeignProcess['look']> {
    const isOther = this.#other.has(inode) || this.#met.has(inode);
    if (!isOther) this.#looks++;
    const look = isOther ? 'other' : process.look(fd);
    if (look === 'other') this.#met.add(inode);
    return look;
  }

  /** What is known of the process, less what its descriptors no longer hold. */
  #holderOf(pid: number, fds: Int32Array): Holder | undefined {
    const startTicks = this.#startTicks(pid);
    if (startTicks === undefined) return undefined;
    let holder = this.#holders.get(pid);
    if (holder === undefined) {
      holder = { startTicks, bound: new Map() };
      this.#holders.set(pid, holder);
    }
    if (holder.bound.size > 0) {
      const open = new Set(fds);
      for (const fd of holder.bound.keys()) if (!open.has(fd)) holder.bound.delete(fd);
    }
    return holder;
  }

  #startTicks(pid: number): number | undefined {
    return parseProcessStat(this.#parts.fs.readStat(pid))?.startTicks;
  }
}
