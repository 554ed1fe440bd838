import { FdTable } from './fd-table.ts';
import type { OwnerTable } from './owner-table.ts';
import type { FsFailure, ProcessFs } from './process-fs.ts';
import { parseProcessStat } from './process-stat.ts';

/** A living process and what was read of its descriptors; pid and start time are its identity. */
export interface KnownProcess {
  /** Number that the owner table knows it by; used again after its end. */
  readonly slot: number;
  readonly pid: number;
  readonly startTicks: number;
  readonly parent: number;
  readonly fds: FdTable;
  /** Newest, as an exec changes it. */
  comm: string;
  alive: boolean;
  /** Generation in which it was first seen. */
  readonly knownSince: number;
  /** Generation in which the start time was last compared. */
  checkedAt: number;
  /** Generation since which every descriptor was read; 0 when not all have been. */
  coveredAt: number;
  /** Monotonic ms of the last listing. */
  listedMs: number;
  /** True when we may not read its descriptors. */
  refused: boolean;
  /** Generation in which a sought socket was last found here. */
  hitAt: number;
  /** Descriptors at the last count; 0 or -1 when the kernel does not tell. */
  fdCount: number;
  /** True when it owned or held a socket of a dump since it is known. */
  holder: boolean;
}

const KERNEL_THREADS_PID = 2;
const COMPARED_PER_SAMPLE = 32;

/** The processes under the proc root, kept between samples. */
export class ProcessTable {
  /** Ascending by pid. */
  living: readonly KnownProcess[] = [];
  /** True when the proc root shows all processes of the host: only there process 2 is the kernel's thread daemon. */
  wholeHost = false;
  /** True when a process that held sockets has died since the last `sync` began. */
  lostHolder = false;
  readonly #fs: ProcessFs;
  readonly #owners: OwnerTable;
  readonly #byPid = new Map<number, KnownProcess>();
  readonly #bySlot: KnownProcess[] = [];
  readonly #freeSlots: number[] = [];

  constructor(fs: ProcessFs, owners: OwnerTable) {
    this.#fs = fs;
    this.#owners = owners;
  }

  /** Slots in use are below this. */
  get slots(): number {
    return this.#bySlot.length;
  }

  /** The process of a slot; one that has died keeps its own until the next `sync`. */
  bySlot(slot: number): KnownProcess {
    return this.#bySlot[slot] as KnownProcess;
  }

  byPid(pid: number): KnownProcess | undefined {
    return this.#byPid.get(pid);
  }

  /** A living process, known or not. */
  meet(pid: number): KnownProcess | undefined {
    const known = this.#byPid.get(pid);
    return known !== undefined && this.confirm(known) ? known : this.#add(pid);
  }

  /** Follows the listing of the proc root: adds the new, drops the dead and the ones whose pid now means another. */
  sync(): FsFailure | undefined {
    this.lostHolder = false;
    const pids = this.#fs.listPids();
    if (typeof pids === 'string') return pids;
    const present = new Set(pids);
    const dead = [...this.#byPid.values()].filter(
      (process) => !present.has(process.pid) || (this.#isToCompare(process) && !this.#isSame(process)),
    );
    this.#drop(dead);
    const living: KnownProcess[] = [];
    for (const pid of pids) {
      const process = this.#byPid.get(pid) ?? this.#add(pid);
      if (process !== undefined) living.push(process);
    }
    this.living = living;
    this.wholeHost = this.#byPid.get(KERNEL_THREADS_PID)?.comm === 'kthreadd';
    return undefined;
  }

  /** True when the pid still means this process; compared once a sample, and dropped when not. */
  confirm(process: KnownProcess): boolean {
    if (!process.alive) return false;
    if (process.checkedAt === this.#owners.generation || this.#isSame(process)) return true;
    this.drop(process);
    return false;
  }

  drop(process: KnownProcess): void {
    this.#drop([process]);
  }

  /** Kernel threads hold no descriptors. */
  isKernelThread(process: KnownProcess): boolean {
    return this.wholeHost && (process.pid === KERNEL_THREADS_PID || process.parent === KERNEL_THREADS_PID);
  }

  // Holders of sockets in every sample; of the others a few in turn, whose pid may have changed hands between two listings.
  #isToCompare(process: KnownProcess): boolean {
    if (process.holder) return true;
    const turn = (process.slot + this.#owners.generation * COMPARED_PER_SAMPLE) % this.slots;
    return turn < COMPARED_PER_SAMPLE;
  }

  #isSame(process: KnownProcess): boolean {
    const stat = parseProcessStat(this.#fs.readStat(process.pid));
    if (stat?.startTicks !== process.startTicks || stat.exited) return false;
    process.comm = stat.comm;
    process.checkedAt = this.#owners.generation;
    return true;
  }

  #add(pid: number): KnownProcess | undefined {
    const stat = parseProcessStat(this.#fs.readStat(pid));
    if (stat === undefined || stat.exited) return undefined;
    const { comm, parent, startTicks } = stat;
    const process: KnownProcess = {
      slot: this.#freeSlots.pop() ?? this.#bySlot.length,
      pid,
      startTicks,
      parent,
      comm,
      fds: new FdTable(),
      alive: true,
      knownSince: this.#owners.generation,
      checkedAt: this.#owners.generation,
      coveredAt: 0,
      listedMs: 0,
      refused: false,
      hitAt: 0,
      fdCount: -1,
      holder: false,
    };
    this.#byPid.set(pid, process);
    this.#bySlot[process.slot] = process;
    return process;
  }

  #drop(processes: readonly KnownProcess[]): void {
    const slots = new Set<number>();
    for (const process of processes) {
      if (!process.alive) continue;
      process.alive = false;
      this.#byPid.delete(process.pid);
      this.#freeSlots.push(process.slot);
      if (process.holder) slots.add(process.slot);
    }
    if (slots.size === 0) return;
    this.lostHolder = true;
    this.#owners.disownAll(slots);
  }
}
