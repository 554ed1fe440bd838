/**
 * The sockets of one sample, a column per field, `length` rows. Addresses are four big-endian 32-bit words a row, an
 * IPv4 address in its mapped form (0, 0, 0xffff, a.b.c.d) so that both families compare alike.
 */
export interface SocketColumns {
  readonly length: number;
  /** {@link PROTOCOL} code. */
  readonly protocol: Uint8Array;
  /** 4 or 6, of the socket's addresses: an AF_INET6 socket on mapped addresses is 4. A dual-stack wildcard is 6. */
  readonly family: Uint8Array;
  /** {@link SOCKET_STATE} code. */
  readonly state: Uint8Array;
  /** Index into `Sample.namespaces`. */
  readonly netns: Uint16Array;
  readonly localPort: Uint16Array;
  /** 0 when the socket has no peer; a bound row may carry a stale one. */
  readonly remotePort: Uint16Array;
  /** 4 words a row. */
  readonly local: Uint32Array;
  /** 4 words a row, all 0 when there is no peer. */
  readonly remote: Uint32Array;
  /** 64-bit identity for the life of a socket, kept into its TIME_WAIT; both words 0 when the source has none. */
  readonly cookieLow: Uint32Array;
  readonly cookieHigh: Uint32Array;
  /** Creation time where the source has one, unix ms; 0 when unknown. */
  readonly createdMs: Float64Array;
  /** Index into `Sample.processes`, or an {@link OWNER_CODE}. */
  readonly process: Int32Array;
}

/** One row, for builders and tests; the columns themselves are what travels. */
export interface SocketRow {
  readonly protocol: number;
  readonly family: number;
  readonly state: number;
  readonly netns: number;
  readonly localPort: number;
  readonly remotePort: number;
  readonly local: readonly [number, number, number, number];
  readonly remote: readonly [number, number, number, number];
  readonly cookieLow: number;
  readonly cookieHigh: number;
  readonly createdMs: number;
  readonly process: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Columns that can be written and hold up to `capacity` rows. */
export type SocketColumnsDraft = Writable<SocketColumns>;

/** Empty columns with room for `capacity` rows; `length` is 0. */
export function allocateSocketColumns(capacity: number): SocketColumnsDraft {
  return {
    length: 0,
    protocol: new Uint8Array(capacity),
    family: new Uint8Array(capacity),
    state: new Uint8Array(capacity),
    netns: new Uint16Array(capacity),
    localPort: new Uint16Array(capacity),
    remotePort: new Uint16Array(capacity),
    local: new Uint32Array(capacity * 4),
    remote: new Uint32Array(capacity * 4),
    cookieLow: new Uint32Array(capacity),
    cookieHigh: new Uint32Array(capacity),
    createdMs: new Float64Array(capacity),
    process: new Int32Array(capacity),
  };
}

/** The same rows with room for `capacity` (at least the present length). */
export function resizeSocketColumns(columns: SocketColumns, capacity: number): SocketColumnsDraft {
  const next = allocateSocketColumns(capacity);
  const length = columns.length;
  next.length = length;
  next.protocol.set(columns.protocol.subarray(0, length));
  next.family.set(columns.family.subarray(0, length));
  next.state.set(columns.state.subarray(0, length));
  next.netns.set(columns.netns.subarray(0, length));
  next.localPort.set(columns.localPort.subarray(0, length));
  next.remotePort.set(columns.remotePort.subarray(0, length));
  next.local.set(columns.local.subarray(0, length * 4));
  next.remote.set(columns.remote.subarray(0, length * 4));
  next.cookieLow.set(columns.cookieLow.subarray(0, length));
  next.cookieHigh.set(columns.cookieHigh.subarray(0, length));
  next.createdMs.set(columns.createdMs.subarray(0, length));
  next.process.set(columns.process.subarray(0, length));
  return next;
}

/** Columns of the given rows; for tests, fallbacks and recordings, not for the hot path. */
export function socketColumnsFromRows(rows: readonly SocketRow[]): SocketColumns {
  const columns = allocateSocketColumns(rows.length);
  columns.length = rows.length;
  rows.forEach((row, index) => {
    columns.protocol[index] = row.protocol;
    columns.family[index] = row.family;
    columns.state[index] = row.state;
    columns.netns[index] = row.netns;
    columns.localPort[index] = row.localPort;
    columns.remotePort[index] = row.remotePort;
    columns.local.set(row.local, index * 4);
    columns.remote.set(row.remote, index * 4);
    columns.cookieLow[index] = row.cookieLow;
    columns.cookieHigh[index] = row.cookieHigh;
    columns.createdMs[index] = row.createdMs;
    columns.process[index] = row.process;
  });
  return columns;
}
