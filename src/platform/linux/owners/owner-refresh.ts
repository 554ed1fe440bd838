import type { FdWalk, WalkTime } from './fd-walk.ts';
import type { ProcessFs } from './process-fs.ts';
import type { KnownProcess, ProcessTable } from './process-table.ts';

const RELIST_AFTER_MS = 60_000;
// Descriptors listed per sample to see what was closed. A busy process with more than these is left to the minute's turn.
const FDS_PER_SAMPLE = 4096;

/** Lists holders of sockets again when their number of descriptors changed, or a minute has passed: they may have let go. */
export class OwnerRefresh {
  readonly #fs: ProcessFs;
  readonly #processes: ProcessTable;
  readonly #walk: FdWalk;

  constructor(fs: ProcessFs, processes: ProcessTable, walk: FdWalk) {
    this.#fs = fs;
    this.#processes = processes;
    this.#walk = walk;
  }

  run(time: WalkTime): void {
    const due: KnownProcess[] = [];
    const changed: KnownProcess[] = [];
    for (const process of this.#processes.living) {
      if (!process.holder) continue;
      process.fdCount = this.#fs.countFds(process.pid);
      if (process.listedMs === time.nowMs) continue;
      if (time.nowMs - process.listedMs >= RELIST_AFTER_MS) due.push(process);
      else if (this.#hasChanged(process)) changed.push(process);
    }
    due.sort((a, b) => a.listedMs - b.listedMs);
    let allowance = FDS_PER_SAMPLE;
    for (const process of [...due, ...changed]) {
      if (allowance <= 0 || time.expired()) return;
      this.#walk.readChanged(process, time);
      allowance -= process.fds.length;
    }
  }

  #hasChanged({ fdCount, fds }: KnownProcess): boolean {
    return fdCount > 0 && fdCount !== fds.length && fds.length <= FDS_PER_SAMPLE;
  }
}
