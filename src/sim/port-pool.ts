import type { Random } from './random.ts';

/** One socket of the story. */
export interface StorySocket {
  readonly port: number;
  readonly udp: boolean;
  readonly state: number;
  /** Minute it was opened. */
  readonly opened: number;
  /** Shown as a connection to its remote in its first minute, before it becomes stuck. */
  readonly seen: boolean;
  readonly owner: StoryProcess;
  /** -1 when it never had a remote. */
  readonly remote: number;
  readonly cookie: number;
  live: boolean;
}

export interface StoryProcess {
  readonly pid: number;
  readonly startMs: number;
  readonly name: string;
  readonly unit: string;
  executableChangeMs: number;
  readonly sockets: Set<StorySocket>;
}

/** Which numbers of the range are taken, for one protocol. */
export class PortPool {
  readonly #first: number;
  readonly #size: number;
  readonly #holders: Uint16Array;
  readonly #shared = new Set<number>();
  #free: number;

  constructor(first: number, size: number) {
    this.#first = first;
    this.#size = size;
    this.#holders = new Uint16Array(size);
    this.#free = size;
  }

  get free(): number {
    return this.#free;
  }

  /** A number that nobody holds; undefined when there is none. */
  take(random: Random): number | undefined {
    if (this.#free === 0) return undefined;
    let index = random.integer(this.#size);
    while (this.#holders[index] !== 0) index = (index + 1) % this.#size;
    this.#hold(index);
    return this.#first + index;
  }

  /** A number that may be held by connections to other remotes; undefined when all have one to this remote. */
  takeShared(random: Random, remote: number): number | undefined {
    const start = random.integer(this.#size);
    for (let step = 0; step < this.#size; step++) {
      const index = (start + step) % this.#size;
      const key = remote * 65_536 + index;
      if (this.#shared.has(key)) continue;
      this.#shared.add(key);
      this.#hold(index);
      return this.#first + index;
    }
    return undefined;
  }

  give(port: number, remote: number): void {
    const index = port - this.#first;
    this.#shared.delete(remote * 65_536 + index);
    const holders = (this.#holders[index] as number) - 1;
    this.#holders[index] = holders;
    if (holders === 0) this.#free++;
  }

  #hold(index: number): void {
    if (this.#holders[index] === 0) this.#free--;
    this.#holders[index] = (this.#holders[index] as number) + 1;
  }
}
