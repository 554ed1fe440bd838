import { readFileSync, readlinkSync } from 'node:fs';
import { parseProcessStat, startBootMs } from '../owners/process-stat.ts';
import type { TraceFs } from './trace-fs.ts';

/** What a trace needs of the proc root; no call throws. */
export interface TaskFs {
  /** `/proc/TID/stat`, which is there for threads too though not listed; empty when gone. */
  readStat(tid: number): string;
  /** `/proc/TID/status`; empty when gone. */
  readStatus(tid: number): string;
  /** Inode of the network namespace; empty when it cannot be read. */
  readNetns(tid: number): string;
  /** `saved_tgids` of tracefs: a line for each thread that ran while traced, with its leader; empty when not to be had. */
  readSavedLeaders(): string;
}

/** The process that a thread belongs to. */
export interface Task {
  readonly pid: number;
  /** Boot clock ms of the start of the thread. */
  readonly startMs: number;
  /** Inode of its network namespace. */
  readonly netns: string;
}

const MOST_REMEMBERED = 16_384;

/** {@link TaskFs} over a real proc root and tracefs. */
export function openTaskFs(procRoot: string, traceFs: Pick<TraceFs, 'readText'>): TaskFs {
  const read = (act: () => string): string => {
    try {
      return act();
    } catch {
      return '';
    }
  };
  return {
    readStat: (tid) => read(() => readFileSync(`${procRoot}/${tid}/stat`, 'utf8')),
    readStatus: (tid) => read(() => readFileSync(`${procRoot}/${tid}/status`, 'utf8')),
    readNetns: (tid) => read(() => /^net:\[(\d+)\]$/.exec(readlinkSync(`${procRoot}/${tid}/ns/net`))?.[1] ?? ''),
    readSavedLeaders: () => read(() => traceFs.readText('saved_tgids')),
  };
}

/** Finds the process of a traced thread, and remembers it beyond its end: its last events are read when it is gone. */
export class TraceTasks {
  readonly #fs: TaskFs;
  readonly #known = new Map<number, Task>();
  #checked = new Set<number>();
  #savedLeaders: ReadonlyMap<number, number> | undefined;

  constructor(fs: TaskFs) {
    this.#fs = fs;
  }

  /** To be called before each reading: from then on every thread is compared with its number's present holder again. */
  begin(): void {
    this.#checked = new Set();
    this.#savedLeaders = undefined;
  }

  /** The process that thread `tid` belonged to at `atMs` (boot clock); undefined when that can no longer be told. */
  find(tid: number, atMs: number): Task | undefined {
    const task = this.#findItself(tid, atMs);
    if (task !== undefined) return task;
    const leader = this.#savedLeader(tid);
    return leader === undefined ? undefined : this.#findItself(leader, atMs);
  }

  #findItself(tid: number, atMs: number): Task | undefined {
    if (!this.#checked.has(tid)) this.#check(tid, atMs);
    const task = this.#known.get(tid);
    return task !== undefined && task.startMs <= atMs ? task : undefined;
  }

  // A thread that ended before it was asked for: the kernel noted its leader when it ran.
  #savedLeader(tid: number): number | undefined {
    this.#savedLeaders ??= new Map(
      [...this.#fs.readSavedLeaders().matchAll(/^(\d+) (\d+)$/gm)].map(([, thread, leader]) => [
        Number(thread),
        Number(leader),
      ]),
    );
    return this.#savedLeaders.get(tid);
  }

  #check(tid: number, atMs: number): void {
    const stat = parseProcessStat(this.#fs.readStat(tid));
    const startMs = stat === undefined ? undefined : startBootMs(stat.startTicks);
    // A thread that began later has only the number of the one that is asked for.
    if (startMs !== undefined && startMs > atMs) return;
    this.#checked.add(tid);
    if (startMs === undefined) return;
    const pid = Number(/^Tgid:\s*(\d+)$/m.exec(this.#fs.readStatus(tid))?.[1] ?? 0);
    const netns = this.#fs.readNetns(tid);
    const known = this.#known.get(tid);
    if (pid === 0 || netns === '') return;
    if (known?.startMs === startMs && known.pid === pid && known.netns === netns) return;
    this.#known.delete(tid);
    this.#known.set(tid, { pid, startMs, netns });
    if (this.#known.size > MOST_REMEMBERED) this.#dropOldest();
  }

  #dropOldest(): void {
    for (const tid of this.#known.keys()) {
      this.#known.delete(tid);
      return;
    }
  }
}
