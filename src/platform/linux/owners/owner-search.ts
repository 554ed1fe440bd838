import { OWNER_CODE } from '../../../model/owner-code.ts';
import type { CgroupIndex } from './cgroup-index.ts';
import type { FdWalk, WalkTime } from './fd-walk.ts';
import type { OwnerTable } from './owner-table.ts';
import type { ProcessFs } from './process-fs.ts';
import type { KnownProcess, ProcessTable } from './process-table.ts';
import { SearchPace } from './search-pace.ts';

const MOST_RECENT_HITS = 16;
const HIT_GENERATIONS = 8;
const MOST_CGROUPS = 32;
const LARGEST_PARENT_FDS = 512;

/** The rows of a dump as the owner table knows them. */
export interface TouchedRows {
  /** Entry of each row; -1 for a row without inode. */
  readonly entryOfRow: Int32Array;
  /** Entries whose owner is sought. */
  readonly sought: readonly number[];
  /** Cgroups that these were made in. */
  readonly cgroupIds: ReadonlySet<number>;
}

/** Finds the processes that hold the sought sockets, the cheapest and likeliest places first. */
export class OwnerSearch {
  readonly #fs: ProcessFs;
  readonly #owners: OwnerTable;
  readonly #processes: ProcessTable;
  readonly #walk: FdWalk;
  readonly #cgroups: CgroupIndex;
  readonly #pace = new SearchPace();

  constructor(fs: ProcessFs, owners: OwnerTable, processes: ProcessTable, walk: FdWalk, cgroups: CgroupIndex) {
    this.#fs = fs;
    this.#owners = owners;
    this.#processes = processes;
    this.#walk = walk;
    this.#cgroups = cgroups;
  }

  /** Descriptors already known, then the latest finders and the members of the sockets' cgroups. */
  lookNearby({ cgroupIds }: TouchedRows, time: WalkTime): void {
    this.lookAtKnown(time);
    this.#lookAtLikely(cgroupIds, time);
  }

  /** Every process, for what an earlier dump had too. */
  lookEverywhere({ sought }: TouchedRows, time: WalkTime): void {
    const eligible = sought.filter((entry) => this.#isEligible(entry));
    if (eligible.length === 0 || time.expired()) return;
    if (this.#pace.mayWalk(time.nowMs)) this.#walkAll(eligible, time);
    else if (this.#isBlind()) for (const entry of eligible) this.#owners.entries.owner[entry] = OWNER_CODE.noPermission;
  }

  /** Reads processes never read before: a child may hold what its parent is credited with. */
  readNewcomers(time: WalkTime): void {
    const newcomers = this.#processes.living.filter(
      (process) => process.coveredAt === 0 && !process.refused && !this.#processes.isKernelThread(process),
    );
    // Small ones first: one with very many descriptors may take the budget of several samples.
    for (const process of newcomers) process.fdCount = this.#fs.countFds(process.pid);
    newcomers.sort((a, b) => a.fdCount - b.fdCount || a.pid - b.pid);
    for (const process of newcomers) {
      if (time.expired()) return;
      this.#walk.readAll(process, process.knownSince, time);
      if (process.hitAt === this.#owners.generation) this.#readParent(process, time);
    }
  }

  // A child that was born with a socket has it from its parent, to whom it is then credited by the lower pid.
  #readParent({ parent }: KnownProcess, time: WalkTime): void {
    const process = this.#processes.byPid(parent);
    if (process === undefined || process.listedMs === time.nowMs || process.fds.length > LARGEST_PARENT_FDS) return;
    this.#walk.readAll(process, this.#owners.generation, time);
  }

  /** Descriptors that were read before, for sockets that came into a dump later, or whose owner let go of them. */
  lookAtKnown(time: WalkTime): void {
    for (const process of this.#processes.living) {
      const { inodes } = process.fds;
      for (let index = 0; index < inodes.length; index++) {
        if (this.#owners.sought === 0 || time.expired()) return;
        const inode = inodes[index] as number;
        if (inode !== 0 && this.#isSoughtInode(inode) && !this.#walk.readOne(process, index)) break;
      }
    }
  }

  #lookAtLikely(cgroupIds: ReadonlySet<number>, time: WalkTime): void {
    if (this.#owners.sought === 0) return;
    for (const process of this.#likely(cgroupIds, time)) {
      if (this.#owners.sought === 0 || time.expired()) return;
      this.#walk.readChanged(process, time);
    }
  }

  #likely(cgroupIds: ReadonlySet<number>, time: WalkTime): KnownProcess[] {
    const members = new Set<number>();
    for (const id of [...cgroupIds].slice(0, MOST_CGROUPS)) {
      for (const pid of this.#cgroups.membersOf(id, time.nowMs, time.expired)) members.add(pid);
    }
    const { living } = this.#processes;
    const finders = living
      .filter((process) => process.hitAt > 0 && this.#owners.generation - process.hitAt <= HIT_GENERATIONS)
      .sort((a, b) => b.hitAt - a.hitAt)
      .slice(0, MOST_RECENT_HITS);
    return [...new Set([...finders, ...living.filter((process) => members.has(process.pid))])];
  }

  #walkAll(eligible: readonly number[], time: WalkTime): void {
    const { since } = this.#owners.entries;
    let from = 0;
    for (const entry of eligible) from = Math.max(from, since[entry] as number);
    const order = [...this.#processes.living].sort((a, b) => b.hitAt - a.hitAt);
    let left = eligible;
    let complete = true;
    for (const process of order) {
      if (process.coveredAt >= from || this.#processes.isKernelThread(process)) continue;
      left = left.filter((entry) => this.#owners.isSought(entry));
      if (left.length === 0) break;
      if (time.expired()) return;
      const end = this.#walk.readAll(process, from, time);
      if (end === 'stopped') return;
      if (end === 'failed') complete = false;
    }
    left = left.filter((entry) => this.#owners.isSought(entry));
    this.#pace.noteWalk(left.length < eligible.length || left.length === 0, time.nowMs);
    const blind = this.#isBlind();
    if (complete) for (const entry of left) this.#judge(entry, blind, time.nowMs);
  }

  // Nobody holds it, as far as we may look. A second look tells what lasts from what was closed or passed on meanwhile;
  // only the first sample of all says at once that it may not look.
  #judge(entry: number, blind: boolean, nowMs: number): void {
    const { walks, since, owner, retryAtMs } = this.#owners.entries;
    const count = Math.min((walks[entry] as number) + 1, 255);
    walks[entry] = count;
    since[entry] = this.#owners.generation + 1;
    if (blind && (count >= 2 || this.#isFirst())) owner[entry] = OWNER_CODE.noPermission;
    if (!blind && count >= 2) owner[entry] = OWNER_CODE.kernel;
    if (count >= 2) retryAtMs[entry] = this.#pace.retryAtMs(count, nowMs);
  }

  #isBlind(): boolean {
    return !this.#processes.wholeHost || this.#processes.living.some((process) => process.refused);
  }

  // Every process has just been read for the first time, which is a complete look without another step.
  #isFirst(): boolean {
    return this.#owners.generation === 1;
  }

  #isEligible(entry: number): boolean {
    const { since, walks } = this.#owners.entries;
    const inEarlierDump = (since[entry] as number) < this.#owners.generation;
    return this.#owners.isSought(entry) && (inEarlierDump || (walks[entry] as number) > 0 || this.#isFirst());
  }

  #isSoughtInode(inode: number): boolean {
    for (let entry = this.#owners.find(inode); entry >= 0; entry = this.#owners.next(entry)) {
      if (this.#owners.isSought(entry)) return true;
    }
    return false;
  }
}
