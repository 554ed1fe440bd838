import type { NamespaceFs } from './namespace-fs.ts';

/** By namespace (as {@link NamespaceFs.readNetns} tells it) the processes that live there, ascending; the first just said so. */
export type Census = ReadonlyMap<string, readonly number[]>;

// A process enters its namespace when it begins, as a rule: `ip netns exec`, a container's first steps.
const YOUNG_CENSUSES = 3;
// The others are asked again in turn, so that a steady host costs little.
const TURNS = 16;

interface Resident {
  netns: string;
  readonly since: number;
}

/** Finds the network namespaces that processes live in. */
export class NamespaceCensus {
  readonly #fs: Pick<NamespaceFs, 'listPids' | 'readNetns' | 'readNetNumber'>;
  readonly #residents = new Map<number, Resident>();
  #number = 0;

  constructor(fs: Pick<NamespaceFs, 'listPids' | 'readNetns' | 'readNetNumber'>) {
    this.#fs = fs;
  }

  /** Undefined when the processes cannot be listed. */
  take(): Census | undefined {
    const pids = this.#fs.listPids();
    if (typeof pids === 'string') return undefined;
    this.#number++;
    this.#follow(pids);
    return this.#mergeNumbers(this.#count(pids));
  }

  #follow(pids: readonly number[]): void {
    const present = new Set(pids);
    for (const pid of this.#residents.keys()) if (!present.has(pid)) this.#residents.delete(pid);
    for (const pid of pids) {
      const known = this.#residents.get(pid);
      if (known === undefined) this.#residents.set(pid, { netns: this.#fs.readNetns(pid), since: this.#number });
      else if (this.#isDue(pid, known)) known.netns = this.#fs.readNetns(pid);
    }
  }

  #isDue(pid: number, { since }: Resident): boolean {
    return this.#number - since <= YOUNG_CENSUSES || pid % TURNS === this.#number % TURNS;
  }

  #count(pids: readonly number[]): Map<string, number[]> {
    const inhabited = new Map<string, number[]>();
    const moved: number[] = [];
    for (const pid of pids) {
      const resident = this.#residents.get(pid) as Resident;
      if (resident.netns === '') continue;
      const known = inhabited.get(resident.netns);
      if (known !== undefined) known.push(pid);
      else if (this.#isThere(pid, resident)) inhabited.set(resident.netns, [pid]);
      else moved.push(pid);
    }
    // What a process was just found to have moved to counts as well.
    for (const pid of moved) {
      const { netns } = this.#residents.get(pid) as Resident;
      if (netns !== '')
        inhabited.set(
          netns,
          [...(inhabited.get(netns) ?? []), pid].sort((a, b) => a - b),
        );
    }
    return inhabited;
  }

  /** Asks the process that stands for its namespace, in every census. */
  #isThere(pid: number, resident: Resident): boolean {
    const before = resident.netns;
    resident.netns = this.#fs.readNetns(pid);
    return resident.netns === before;
  }

  /** Processes that may not be asked are told by a number, which those that may be asked have as well. */
  #mergeNumbers(inhabited: Map<string, number[]>): Census {
    const numbers = [...inhabited.keys()].filter((netns) => netns.startsWith('proc-'));
    if (numbers.length === 0) return inhabited;
    const inodeOf = new Map<string, string>();
    for (const [netns, pids] of inhabited) {
      if (!netns.startsWith('proc-')) inodeOf.set(this.#fs.readNetNumber(pids[0] as number), netns);
    }
    for (const number of numbers) {
      const inode = inodeOf.get(number) ?? number;
      if (inode === number) continue;
      const hidden = inhabited.get(number) ?? [];
      inhabited.delete(number);
      // Behind those that can be asked, one of which stands for the namespace.
      inhabited.set(inode, [...(inhabited.get(inode) ?? []), ...hidden]);
    }
    return inhabited;
  }
}
