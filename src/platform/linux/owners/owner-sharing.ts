import type { FdWalk, WalkTime } from './fd-walk.ts';
import { SHARED } from './owner-columns.ts';
import type { OwnerTable } from './owner-table.ts';
import type { KnownProcess, ProcessTable } from './process-table.ts';

// Links of shared sockets that one sample reads again; more than these take turns.
const CHECKS_PER_SAMPLE = 256;

/** Knows which sockets several descriptors hold (fork, dup, passing), and that the credited process still does. */
export class OwnerSharing {
  readonly #owners: OwnerTable;
  readonly #processes: ProcessTable;
  readonly #walk: FdWalk;
  // Where the next sample's checks go on: process by process, descriptor by descriptor.
  #turn = 0;
  #offset = 0;

  constructor(owners: OwnerTable, processes: ProcessTable, walk: FdWalk) {
    this.#owners = owners;
    this.#processes = processes;
    this.#walk = walk;
  }

  /** Reads again the links that shared sockets are credited by; one whose claim is lost is put up for search. */
  check(time: WalkTime): void {
    const holders = [...this.#walk.sharers];
    let left = CHECKS_PER_SAMPLE;
    for (let step = 0; step < holders.length && left > 0; step++) {
      const process = holders[this.#turn % holders.length] as KnownProcess;
      left = this.#checkProcess(process, left, time);
      if (left === 0) return;
      this.#turn++;
      this.#offset = 0;
    }
  }

  /** Finds anew which sockets are shared, from what is known of all descriptors. */
  recount(): void {
    const { shared, owner } = this.#owners.entries;
    const firstHolder = new Int32Array(shared.length).fill(-1);
    const { sharers } = this.#walk;
    if (sharers.size === 0) return;
    sharers.clear();
    shared.fill(0);
    for (const process of this.#processes.living) {
      const { inodes } = process.fds;
      for (let index = 0; process.holder && index < inodes.length; index++) {
        const inode = inodes[index] as number;
        if (inode === 0) continue;
        for (let entry = this.#owners.find(inode); entry >= 0; entry = this.#owners.next(entry)) {
          const first = firstHolder[entry] as number;
          if (first < 0) firstHolder[entry] = process.slot;
          if (first < 0 || (owner[entry] as number) < 0) continue;
          if (first !== process.slot) shared[entry] = SHARED.byProcesses;
          else if (shared[entry] === SHARED.no) shared[entry] = SHARED.byOneProcess;
          sharers.add(this.#processes.bySlot(owner[entry] as number));
        }
      }
    }
  }

  #checkProcess(process: KnownProcess, limit: number, time: WalkTime): number {
    let left = limit;
    const { fds } = process;
    for (; this.#offset < fds.length; this.#offset++) {
      if (fds.readAt[this.#offset] === this.#owners.generation) continue;
      if (!this.#isSharedClaim(process, fds.inodes[this.#offset] as number)) continue;
      if (left === 0 || time.expired()) return 0;
      left--;
      if (!this.#walk.readOne(process, this.#offset)) break;
    }
    return left;
  }

  #isSharedClaim(process: KnownProcess, inode: number): boolean {
    const { owner, shared } = this.#owners.entries;
    const entry = inode === 0 ? -1 : this.#owners.find(inode);
    return entry >= 0 && shared[entry] !== SHARED.no && owner[entry] === process.slot;
  }
}
