import type { ProcessNameRule } from '../../../config/config.ts';
import type { Clock } from '../../../model/clock.ts';
import { OWNER_CODE } from '../../../model/owner-code.ts';
import type { ProcessIdentity, ProcessRow } from '../../../model/sample.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import type { SocketDump } from '../sockets/socket-dump.ts';
import type { CgroupFs } from './cgroup-fs.ts';
import { CgroupIndex } from './cgroup-index.ts';
import { FdWalk, type WalkTime } from './fd-walk.ts';
import { SHARED } from './owner-columns.ts';
import { listOwnerProblems } from './owner-problems.ts';
import { OwnerRefresh } from './owner-refresh.ts';
import type { OwnerResolution, OwnerResolver } from './owner-resolver.ts';
import { OwnerSearch, type TouchedRows } from './owner-search.ts';
import { OwnerSharing } from './owner-sharing.ts';
import { OwnerTable } from './owner-table.ts';
import { ProcessDescriber } from './process-describe.ts';
import type { ProcessFs } from './process-fs.ts';
import { type KnownProcess, ProcessTable } from './process-table.ts';

const HANDLES_FROM_SOCKETS = 10;
// A claim that a check took away may be found again with a third holder, and so on; the rest is for the next sample.
const MOST_ROUNDS = 3;

export interface SocketOwnersOptions {
  readonly processFs: ProcessFs;
  readonly cgroupFs: CgroupFs;
  readonly clock: Clock;
  /** Monotonic ms that the budget runs on; high resolution. */
  readonly monotonicMs: () => number;
  readonly nameRules: readonly ProcessNameRule[];
}

/** Joins sockets to processes by inode, and remembers: what has not changed since the last dump is not read again. */
export class SocketOwners implements OwnerResolver {
  readonly #monotonicMs: () => number;
  readonly #processFs: ProcessFs;
  readonly #owners = new OwnerTable();
  readonly #processes: ProcessTable;
  readonly #walk: FdWalk;
  readonly #search: OwnerSearch;
  readonly #sharing: OwnerSharing;
  readonly #refresh: OwnerRefresh;
  readonly #describer: ProcessDescriber;
  /** Owners of the last resolution and how they were described. */
  #described: ReadonlyMap<KnownProcess, ProcessRow> = new Map();

  constructor(options: SocketOwnersOptions) {
    const { processFs, cgroupFs, clock, nameRules } = options;
    this.#monotonicMs = options.monotonicMs;
    this.#processFs = processFs;
    this.#processes = new ProcessTable(processFs, this.#owners);
    this.#walk = new FdWalk(processFs, this.#owners, this.#processes);
    this.#search = new OwnerSearch(processFs, this.#owners, this.#processes, this.#walk, new CgroupIndex(cgroupFs));
    this.#sharing = new OwnerSharing(this.#owners, this.#processes, this.#walk);
    this.#refresh = new OwnerRefresh(processFs, this.#processes, this.#walk);
    this.#describer = new ProcessDescriber(processFs, clock, nameRules);
  }

  resolve(dump: SocketDump, budgetMs: number): OwnerResolution {
    const nowMs = this.#monotonicMs();
    const time: WalkTime = { nowMs, expired: () => this.#monotonicMs() - nowMs >= budgetMs };
    this.#owners.begin(dump.columns.length);
    const listing = this.#processes.sync();
    const touched = this.#touchRows(dump, nowMs);
    this.#walk.changed = false;
    this.#search.lookNearby(touched, time);
    this.#search.readNewcomers(time);
    this.#refresh.run(time);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      this.#walk.foundSecondHolder = false;
      this.#sharing.check(time);
      this.#search.lookAtKnown(time);
      this.#search.lookEverywhere(touched, time);
      if (!this.#walk.foundSecondHolder) break;
    }
    const outOfTime = this.#owners.sought > 0 && time.expired();
    if (this.#walk.changed || this.#processes.lostHolder) this.#sharing.recount();
    const exitedProcesses = this.#listExited();
    const { hidden, ...filled } = this.#fillRows(dump, touched.entryOfRow);
    return { ...filled, exitedProcesses, problems: listOwnerProblems({ listing, outOfTime, hidden }) };
  }

  holds(inode: number): boolean {
    const entry = this.#owners.find(inode);
    if (entry < 0) return false;
    const { owner, descriptor } = this.#owners.entries;
    const slot = owner[entry] as number;
    if (slot < 0) return false;
    return this.#processFs.readFdLink(this.#processes.bySlot(slot).pid, descriptor[entry] as number) === inode;
  }

  /** Row of any living process; undefined when it is gone. */
  describe(pid: number): ProcessRow | undefined {
    const process = this.#processes.meet(pid);
    return process === undefined ? undefined : this.#describer.describe(process, -1);
  }

  #touchRows({ columns, inode, cgroupId }: SocketDump, nowMs: number): TouchedRows {
    const { length, cookieLow, cookieHigh } = columns;
    const entryOfRow = new Int32Array(length).fill(-1);
    const sought: number[] = [];
    const cgroupIds = new Set<number>();
    const { owner, retryAtMs, since } = this.#owners.entries;
    for (let row = 0; row < length; row++) {
      if (inode[row] === 0) continue;
      const entry = this.#owners.touch(inode[row] as number, cookieLow[row] as number, cookieHigh[row] as number);
      entryOfRow[row] = entry;
      if ((owner[entry] as number) >= 0 || (retryAtMs[entry] as number) > nowMs) continue;
      if (retryAtMs[entry] !== 0) since[entry] = this.#owners.generation;
      retryAtMs[entry] = 0;
      this.#owners.seek(entry);
      sought.push(entry);
      cgroupIds.add(cgroupId[row] as number);
    }
    return { entryOfRow, sought, cgroupIds };
  }

  #fillRows(
    { columns }: SocketDump,
    entryOfRow: Int32Array,
  ): Omit<OwnerResolution, 'problems' | 'exitedProcesses'> & { hidden: boolean } {
    const { owner, shared } = this.#owners.entries;
    const indexOfSlot = new Int32Array(this.#processes.slots).fill(-1);
    const owners: KnownProcess[] = [];
    const sockets: number[] = [];
    let sharedSockets = 0;
    let hidden = false;
    for (let row = 0; row < columns.length; row++) {
      const entry = entryOfRow[row] as number;
      const slot = entry < 0 ? ownerOfNoInode(columns.state[row] as number) : (owner[entry] as number);
      if (slot < 0) {
        columns.process[row] = slot;
        if (slot === OWNER_CODE.noPermission) hidden = true;
        continue;
      }
      if ((indexOfSlot[slot] as number) < 0) indexOfSlot[slot] = this.#openRow(slot, owners, sockets);
      const index = indexOfSlot[slot] as number;
      columns.process[row] = index;
      sockets[index] = (sockets[index] as number) + 1;
      if (shared[entry] === SHARED.byProcesses) sharedSockets++;
    }
    const processes = owners.map((process, index) => this.#describe(process, sockets[index] as number));
    this.#described = new Map(owners.map((process, index) => [process, processes[index] as ProcessRow]));
    return { processes, sharedSockets, hidden };
  }

  #listExited(): ProcessIdentity[] {
    const exited: ProcessIdentity[] = [];
    for (const [process, { pid, startMs }] of this.#described) if (!process.alive) exited.push({ pid, startMs });
    return exited;
  }

  #openRow(slot: number, owners: KnownProcess[], sockets: number[]): number {
    sockets.push(0);
    return owners.push(this.#processes.bySlot(slot)) - 1;
  }

  #describe(process: KnownProcess, sockets: number): ProcessRow {
    const descriptors = process.fdCount > 0 ? process.fdCount : process.fds.length;
    const handles = sockets >= HANDLES_FROM_SOCKETS && descriptors > 0 ? descriptors : -1;
    return this.#describer.describe(process, handles);
  }
}

function ownerOfNoInode(state: number): number {
  return state === SOCKET_STATE.time_wait ? OWNER_CODE.timeWait : OWNER_CODE.kernel;
}
