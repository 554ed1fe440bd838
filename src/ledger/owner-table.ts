import type { PortOwner } from '../model/attributed.ts';
import type { ProcessIdentity, ProcessRow, Sample } from '../model/sample.ts';

/** A process that owns or owned ports. */
export interface Owner extends PortOwner {
  name: string;
  unit: string;
  alive: boolean;
  executable: string;
  executableChangeMs: number;
  handles: number;
  /** Generation of the last sample that listed it. */
  seen: number;
}

/** Every process that something remembered points to; ids stay until a sweep finds them unused. */
export class OwnerTable {
  readonly owners: Owner[] = [];
  /** Owner id of each row of `Sample.processes`. */
  ofSample: Int32Array = new Int32Array(0);
  /** Rows of `Sample.processes`. */
  present = 0;
  /** Owners whose name or unit differs from before in this sample. */
  readonly renamed: number[] = [];
  /** Ids in use. */
  used = 0;
  private readonly byPid = new Map<number, number[]>();
  private readonly free: number[] = [];

  /** Finds the processes of a sample and notes which of the known ones have ended. */
  begin(sample: Sample, generation: number): void {
    const { processes } = sample;
    this.renamed.length = 0;
    this.present = processes.length;
    if (this.ofSample.length < processes.length) this.ofSample = new Int32Array(processes.length * 2);
    processes.forEach((row, index) => {
      this.ofSample[index] = this.update(row, generation);
    });
    for (const row of processes) this.endPredecessors(row.pid, generation);
    for (const identity of sample.exitedProcesses) {
      const id = this.find(identity);
      const owner = id === undefined ? undefined : this.owners[id];
      if (owner !== undefined && owner.seen !== generation) owner.alive = false;
    }
  }

  /** Id of a process, new or known. */
  intern(row: ProcessRow): number {
    const known = this.find(row);
    if (known !== undefined) return known;
    const { pid, startMs, name, unit, executable, executableChangeMs, handles } = row;
    const owner = { pid, startMs, name, unit, alive: true, executable, executableChangeMs, handles, seen: 0 };
    const id = this.free.pop() ?? this.owners.length;
    this.owners[id] = owner;
    this.used++;
    const same = this.byPid.get(pid);
    if (same === undefined) this.byPid.set(pid, [id]);
    else same.push(id);
    return id;
  }

  /** Forgets every owner whose mark is 0. */
  sweep(marks: Uint8Array): void {
    this.byPid.clear();
    this.free.length = 0;
    this.used = 0;
    for (let id = this.owners.length - 1; id >= 0; id--) {
      if (marks[id] !== 1) {
        this.free.push(id);
        continue;
      }
      this.used++;
      const { pid } = this.owners[id] as Owner;
      const same = this.byPid.get(pid);
      if (same === undefined) this.byPid.set(pid, [id]);
      else same.push(id);
    }
  }

  private find({ pid, startMs }: ProcessIdentity): number | undefined {
    return this.byPid.get(pid)?.find((id) => this.owners[id]?.startMs === startMs);
  }

  private update(row: ProcessRow, generation: number): number {
    const id = this.intern(row);
    const owner = this.owners[id] as Owner;
    if (owner.name !== row.name || owner.unit !== row.unit) {
      owner.name = row.name;
      owner.unit = row.unit;
      this.renamed.push(id);
    }
    owner.executable = row.executable;
    owner.executableChangeMs = row.executableChangeMs;
    owner.handles = row.handles;
    owner.alive = true;
    owner.seen = generation;
    return id;
  }

  /** A pid that was given to another process: the one that had it is no more. */
  private endPredecessors(pid: number, generation: number): void {
    const same = this.byPid.get(pid);
    if (same === undefined || same.length < 2) return;
    for (const id of same) {
      const owner = this.owners[id] as Owner;
      if (owner.seen !== generation) owner.alive = false;
    }
  }
}
