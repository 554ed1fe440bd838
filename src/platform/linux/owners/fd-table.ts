import { FD_LINK } from './process-fs.ts';

const NONE = {
  fds: new Int32Array(0),
  inodes: new Uint32Array(0),
  readAt: new Uint32Array(0),
  settled: new Uint8Array(0),
};

/** What was last read of one process's descriptors, ascending by number. */
export class FdTable {
  /** Descriptor numbers. */
  fds: Int32Array = NONE.fds;
  /** Socket inode of each; 0 when it is no socket or not read yet. */
  inodes: Uint32Array = NONE.inodes;
  /** Generation in which each link was last read; 0 is never. */
  readAt: Uint32Array = NONE.readAt;
  /** 1 when two readings gave the same and no dump had it: a file, or a socket that dumps do not list. */
  settled: Uint8Array = NONE.settled;

  get length(): number {
    return this.fds.length;
  }

  /** Takes over a new listing (ascending); keeps what is known of numbers that remain, returns socket inodes of the others. */
  relist(fds: Int32Array): number[] {
    const removed: number[] = [];
    const old = { fds: this.fds, inodes: this.inodes, readAt: this.readAt, settled: this.settled };
    this.fds = fds;
    this.inodes = new Uint32Array(fds.length);
    this.readAt = new Uint32Array(fds.length);
    this.settled = new Uint8Array(fds.length);
    let index = 0;
    for (let from = 0; from < old.fds.length; from++) {
      const fd = old.fds[from] as number;
      while (index < fds.length && (fds[index] as number) < fd) index++;
      if (index < fds.length && fds[index] === fd) {
        this.inodes[index] = old.inodes[from] as number;
        this.readAt[index] = old.readAt[from] as number;
        this.settled[index] = old.settled[from] as number;
      } else if (old.inodes[from] !== 0) {
        removed.push(old.inodes[from] as number);
      }
    }
    return removed;
  }

  /** Notes a link read at `index`; returns the socket inode that was there before when it is another, else 0. */
  set(index: number, link: number, generation: number): number {
    const inode = link > 0 ? link : FD_LINK.notSocket;
    const before = this.inodes[index] as number;
    this.settled[index] = this.readAt[index] !== 0 && before === inode ? 1 : 0;
    this.inodes[index] = inode;
    this.readAt[index] = generation;
    return before === inode ? 0 : before;
  }

  holds(inode: number): boolean {
    return this.inodes.includes(inode);
  }
}
