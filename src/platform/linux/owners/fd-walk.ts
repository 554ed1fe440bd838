import { SHARED } from './owner-columns.ts';
import type { OwnerTable } from './owner-table.ts';
import { FD_LINK, type ProcessFs } from './process-fs.ts';
import type { KnownProcess, ProcessTable } from './process-table.ts';

/** How a reading of one process ended; `stopped`: the time was spent or nothing is sought any more. */
export type WalkEnd = 'done' | 'stopped' | 'gone' | 'refused' | 'failed';

/** What a walk needs to know of time. */
export interface WalkTime {
  readonly nowMs: number;
  expired(): boolean;
}

const READS_PER_TIME_CHECK = 32;

/** Reads which sockets a process holds, reading no link whose answer is already certain, and credits them. */
export class FdWalk {
  /** Set when a process was found to hold what another is credited with. */
  foundSecondHolder = false;
  /** Set when any table of descriptors has changed. */
  changed = false;
  /** Processes credited with sockets that others hold too. */
  readonly sharers: Set<KnownProcess> = new Set<KnownProcess>();
  readonly #fs: ProcessFs;
  readonly #owners: OwnerTable;
  readonly #processes: ProcessTable;

  constructor(fs: ProcessFs, owners: OwnerTable, processes: ProcessTable) {
    this.#fs = fs;
    this.#owners = owners;
    this.#processes = processes;
  }

  /** Lists the descriptors anew and reads those that are new, unsettled, or whose socket has left the dump. */
  readChanged(process: KnownProcess, time: WalkTime): WalkEnd {
    const listed = this.#list(process, time);
    if (listed !== 'done') return listed;
    const { readAt, settled, inodes } = process.fds;
    return this.#readLinks(process, time, (index) => {
      if (settled[index] === 1 || readAt[index] === this.#owners.generation) return false;
      return readAt[index] === 0 || inodes[index] === 0 || this.#owners.find(inodes[index] as number) < 0;
    });
  }

  /**
   * Lists the descriptors anew and reads each that was not read since generation `since`: any could have become a sought
   * socket without a trace. A reading that was stopped goes on where it was.
   */
  readAll(process: KnownProcess, since: number, time: WalkTime): WalkEnd {
    const listed = this.#list(process, time);
    if (listed !== 'done') return listed;
    const { readAt, inodes } = process.fds;
    const end = this.#readLinks(process, time, (index) => {
      return (readAt[index] as number) < since && !this.#isCertain(process, inodes[index] as number);
    });
    if (end === 'done') process.coveredAt = since;
    return end;
  }

  /** Reads one link again; false when the process turned out to be gone or closed to us. */
  readOne(process: KnownProcess, index: number): boolean {
    return this.#processes.confirm(process) && this.#readLink(process, index) !== 'refused';
  }

  #list(process: KnownProcess, time: WalkTime): WalkEnd {
    if (!this.#processes.confirm(process)) return 'gone';
    const fds = this.#fs.listFds(process.pid);
    process.refused = fds === 'refused';
    if (fds === 'gone') this.#processes.drop(process);
    if (typeof fds === 'string') return fds;
    process.listedMs = time.nowMs;
    for (const inode of process.fds.relist(fds)) this.#release(process, inode);
    return 'done';
  }

  #readLinks(process: KnownProcess, time: WalkTime, wanted: (index: number) => boolean): WalkEnd {
    let reads = 0;
    for (let index = 0; index < process.fds.length; index++) {
      if (!wanted(index)) continue;
      if (reads++ % READS_PER_TIME_CHECK === 0 && time.expired()) return 'stopped';
      const end = this.#readLink(process, index);
      if (end !== 'done') return end;
    }
    return 'done';
  }

  #readLink(process: KnownProcess, index: number): WalkEnd {
    const link = this.#fs.readFdLink(process.pid, process.fds.fds[index] as number);
    if (link === FD_LINK.failed) return 'failed';
    // A directory that can be listed but whose links cannot be read: CAP_DAC_READ_SEARCH without CAP_SYS_PTRACE.
    if (link === FD_LINK.refused) process.refused = true;
    if (link === FD_LINK.refused) return 'refused';
    const before = process.fds.set(index, link, this.#owners.generation);
    if (before !== 0) this.#release(process, before);
    if (link > 0) this.#observe(process, index, link);
    return 'done';
  }

  #observe(process: KnownProcess, index: number, inode: number): void {
    this.changed = true;
    const fd = process.fds.fds[index] as number;
    for (let entry = this.#owners.find(inode); entry >= 0; entry = this.#owners.next(entry)) {
      process.fds.settled[index] = 0;
      process.holder = true;
      if (this.#isForOther(entry, process, fd)) continue;
      process.hitAt = this.#owners.generation;
      this.#owners.credit(entry, process.slot, fd);
    }
  }

  // Of the holders that this sample found the lowest pid is credited; one credited earlier keeps what it has.
  #isForOther(entry: number, process: KnownProcess, fd: number): boolean {
    const { owner, creditedAt, descriptor, shared } = this.#owners.entries;
    const slot = owner[entry] as number;
    if (slot < 0) return false;
    if (slot === process.slot && descriptor[entry] === fd) return true;
    const other = this.#processes.bySlot(slot);
    this.sharers.add(other);
    if (slot === process.slot) {
      if (shared[entry] === SHARED.no) shared[entry] = SHARED.byOneProcess;
      return true;
    }
    shared[entry] = SHARED.byProcesses;
    this.foundSecondHolder = true;
    return creditedAt[entry] !== this.#owners.generation || other.pid < process.pid;
  }

  #release(process: KnownProcess, inode: number): void {
    this.changed = true;
    for (let entry = this.#owners.find(inode); entry >= 0; entry = this.#owners.next(entry)) {
      if (this.#owners.entries.owner[entry] === process.slot && !process.fds.holds(inode)) this.#owners.disown(entry);
    }
  }

  // A socket of this dump that is known by no other descriptor is still behind its descriptor.
  #isCertain(process: KnownProcess, inode: number): boolean {
    if (inode === 0) return false;
    const entry = this.#owners.find(inode);
    const { owner, shared } = this.#owners.entries;
    return entry >= 0 && owner[entry] === process.slot && shared[entry] === SHARED.no;
  }
}
