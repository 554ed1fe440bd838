/** How many descriptors a socket is held by; above `no` its being in a dump does not prove that any given one still is its. */
export const SHARED = { no: 0, byOneProcess: 1, byProcesses: 2 } as const;

/** Columns of the owner table, one entry per socket; an entry whose inode is 0 is free. */
export interface OwnerColumns {
  readonly inode: Uint32Array;
  readonly cookieLow: Uint32Array;
  readonly cookieHigh: Uint32Array;
  /** Process slot, or an OWNER_CODE. */
  readonly owner: Int32Array;
  /** Last generation (number of the dump) that had the socket. */
  readonly seenAt: Uint32Array;
  /** Generation in which the socket was last put on the list of the sought. */
  readonly soughtAt: Uint32Array;
  /** Generation from which on a reading of a process counts as having looked there for this socket. */
  readonly since: Uint32Array;
  /** Generation in which the present owner was found. */
  readonly creditedAt: Uint32Array;
  /** Complete looks at all processes that did not find it. */
  readonly walks: Uint8Array;
  /** Monotonic ms before which no further look is taken. */
  readonly retryAtMs: Float64Array;
  /** Descriptor by which the owner was credited. */
  readonly descriptor: Int32Array;
  /** A {@link SHARED} code. */
  readonly shared: Uint8Array;
}

export function allocateOwnerColumns(capacity: number): OwnerColumns {
  return {
    inode: new Uint32Array(capacity),
    cookieLow: new Uint32Array(capacity),
    cookieHigh: new Uint32Array(capacity),
    owner: new Int32Array(capacity),
    seenAt: new Uint32Array(capacity),
    soughtAt: new Uint32Array(capacity),
    since: new Uint32Array(capacity),
    creditedAt: new Uint32Array(capacity),
    walks: new Uint8Array(capacity),
    retryAtMs: new Float64Array(capacity),
    descriptor: new Int32Array(capacity),
    shared: new Uint8Array(capacity),
  };
}

export function copyOwnerEntry(from: OwnerColumns, source: number, to: OwnerColumns, target: number): void {
  to.inode[target] = from.inode[source] as number;
  to.cookieLow[target] = from.cookieLow[source] as number;
  to.cookieHigh[target] = from.cookieHigh[source] as number;
  to.owner[target] = from.owner[source] as number;
  to.seenAt[target] = from.seenAt[source] as number;
  to.soughtAt[target] = from.soughtAt[source] as number;
  to.since[target] = from.since[source] as number;
  to.creditedAt[target] = from.creditedAt[source] as number;
  to.walks[target] = from.walks[source] as number;
  to.retryAtMs[target] = from.retryAtMs[source] as number;
  to.descriptor[target] = from.descriptor[source] as number;
  to.shared[target] = from.shared[source] as number;
}
