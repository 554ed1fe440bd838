import type { CgroupFs } from './cgroup-fs.ts';

// Beyond this many members a group says too little about who made a socket.
const MOST_MEMBERS = 64;
const MOST_GROUPS = 4096;
const REBUILD_AFTER_MS = 30_000;

/** Finds the processes of a cgroup by the id that its sockets carry: where a socket's maker most likely still lives. */
export class CgroupIndex {
  readonly #fs: CgroupFs;
  #paths = new Map<number, string>();
  #builtMs = Number.NEGATIVE_INFINITY;

  constructor(fs: CgroupFs) {
    this.#fs = fs;
  }

  /** Members of a group; empty when it is unknown, gone, the root, or too large to narrow anything. */
  membersOf(id: number, nowMs: number, expired: () => boolean): readonly number[] {
    if (id === 0 || this.#fs.root === '') return [];
    // The tree is walked again for an unknown id, but not each time for one that is gone.
    if (!this.#paths.has(id) && nowMs - this.#builtMs >= REBUILD_AFTER_MS) this.#build(nowMs, expired);
    const path = this.#paths.get(id);
    if (path === undefined || path === this.#fs.root) return [];
    const members = this.#fs.members(path);
    return members.length <= MOST_MEMBERS ? members : [];
  }

  #build(nowMs: number, expired: () => boolean): void {
    this.#builtMs = nowMs;
    this.#paths = new Map();
    const queue = [this.#fs.root];
    for (let at = 0; at < queue.length && at < MOST_GROUPS; at++) {
      if (expired()) return;
      const path = queue[at] as string;
      this.#paths.set(this.#fs.idOf(path), path);
      for (const child of this.#fs.children(path)) queue.push(`${path}/${child}`);
    }
  }
}
