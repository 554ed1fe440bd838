import { ExporterError } from '../../../errors.ts';
import type { DynamicRange } from '../../../model/port-range.ts';
import type { Problem } from '../../../model/problem.ts';
import type { NamespaceRow } from '../../../model/sample.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import { CookieDedupe } from '../sockets/cookie-dedupe.ts';
import { GrowableDump } from '../sockets/growable-dump.ts';
import { filtersOf } from '../sockets/port-filters.ts';
import type { TablePiece, TableQuery } from '../sockets/socket-tables.ts';
import type { NamespaceAccess } from './namespace-access.ts';
import { NamespaceFreshness } from './namespace-freshness.ts';
import type { NamespaceFs } from './namespace-fs.ts';
import type { NamespaceLabel } from './namespace-namer.ts';
import type { HashedCounts, SocketCounts } from './sockstat.ts';

/** What one sample wants of the namespaces other than ours. */
export interface OthersQuery {
  /** Boot clock, ms. */
  readonly nowMs: number;
  /** Stand in for ranges that may not be read. */
  readonly ownRanges: readonly DynamicRange[];
  readonly bound: boolean;
  readonly udp: boolean;
  readonly isLate: () => boolean;
  /** Takes what keeps something from being whole. */
  readonly report: (problem: Problem) => void;
  /** True when the process that a socket was found in still holds it. */
  readonly isHeld: (inode: number) => boolean;
}

// More sockets are not asked for one by one.
const MOST_CONFIRMED = 64;
// Its memory is needed by one namespace at a time.
const dedupe = new CookieDedupe();
const UNCHANGING: ReadonlySet<number> = new Set([SOCKET_STATE.listen, SOCKET_STATE.bound, SOCKET_STATE.unconnected]);

/** A network namespace other than ours, and what it held when it was last read. */
export class OtherNamespace {
  /** As the census tells it. */
  readonly inode: string;
  /** Boot clock, ms. */
  readonly firstSeenMs: number;
  label: NamespaceLabel;
  /** Boot clock ms when it was last tried to name it. */
  namedAtMs: number;
  /** Its processes, ascending; the first stands for it. */
  pids: readonly number[];
  /** Sockets of its range, as last read. */
  readonly rows: GrowableDump = new GrowableDump(16);
  /** Boot clock ms of the last whole reading; -Infinity before the first. */
  readAtMs: number = Number.NEGATIVE_INFINITY;
  readonly #access: NamespaceAccess;
  readonly #fs: NamespaceFs;
  readonly #identity: string;
  readonly #freshness: NamespaceFreshness;
  #ranges: readonly DynamicRange[] = [];
  #rangesAssumed = false;
  #boundVisible = false;
  #isWhole = false;
  /** At the last reading. */
  #connectionCounts: string | undefined;
  #hashedCounts: HashedCounts | undefined;

  constructor(given: {
    readonly inode: string;
    readonly pids: readonly number[];
    readonly label: NamespaceLabel;
    readonly nowMs: number;
    readonly access: (namespace: OtherNamespace) => NamespaceAccess;
    readonly fs: NamespaceFs;
  }) {
    this.inode = given.inode;
    this.pids = given.pids;
    this.label = given.label;
    this.firstSeenMs = given.nowMs;
    this.namedAtMs = given.nowMs;
    this.#fs = given.fs;
    this.#freshness = new NamespaceFreshness(Number(given.inode.replace('proc-', '')));
    this.#access = given.access(this);
    // Without the kernel's own number: what a later namespace of the same inode hardly shares.
    this.#identity = this.#access.cookie || `start-${this.#fs.readStartTicks(this.#pid) ?? 0}`;
  }

  /** Value of `source_info`. */
  get source(): string {
    return this.#access.tables.source;
  }

  /** Its row of the sample; a reading that failed shows as unread protocols, and no sockets. */
  get row(): NamespaceRow {
    return {
      ...this.label,
      inode: this.inode.startsWith('proc-') ? '' : this.inode,
      identity: this.#identity,
      ranges: this.#ranges,
      ...(this.#rangesAssumed && { rangesAssumed: true }),
      boundVisible: this.#boundVisible,
      ...(!this.#isWhole && { unread: ['tcp', 'udp'] as const }),
    };
  }

  /**
   * Reads it again where something may have changed; what it held stays otherwise.
   * @throws ExporterError when it cannot be read; it then holds nothing.
   */
  refresh(query: OthersQuery): void {
    let isKept = false;
    try {
      const counts = this.#fs.readCounts(this.#pid);
      isKept = !this.#followRanges(query) && this.#isFresh(query, counts);
      if (!isKept) isKept = this.#read(query, counts);
    } finally {
      this.#isWhole = isKept;
      if (!isKept) this.#spoil();
    }
  }

  close(): void {
    this.#access.tables.close();
    this.#access.close();
  }

  get #pid(): number {
    return this.pids[0] as number;
  }

  /** True when they are others than before. */
  #followRanges({ ownRanges }: OthersQuery): boolean {
    const read = this.#access.readRanges();
    const before = this.#ranges;
    this.#rangesAssumed = read === undefined;
    this.#ranges = read ?? ownRanges;
    return this.#ranges !== before;
  }

  #isFresh({ nowMs, isHeld }: OthersQuery, counts: SocketCounts | undefined): boolean {
    if (counts === undefined) return false;
    return this.#freshness.isFresh(nowMs, counts.text, () => this.#isConfirmed(counts, isHeld));
  }

  /**
   * Proves that nothing has changed, where that can be had for less than a reading: no connection of the range is here, none
   * came or went since, every socket we know is still held, and of those in no table all are bound ones that we know.
   */
  #isConfirmed(counts: SocketCounts, isHeld: (inode: number) => boolean): boolean {
    const { inode, columns } = this.rows;
    if (columns.length > MOST_CONFIRMED) return false;
    let bound = 0;
    for (let row = 0; row < columns.length; row++) {
      if (!UNCHANGING.has(columns.state[row] as number)) return false;
      if (columns.state[row] === SOCKET_STATE.bound) bound++;
      if (!isHeld(inode[row] as number)) return false;
    }
    const connectionCounts = this.#fs.readConnectionCounts(this.#pid);
    if (connectionCounts === undefined || connectionCounts !== this.#connectionCounts) return false;
    const hashed = this.#fs.readHashed(this.#pid);
    if (hashed === undefined || this.#hashedCounts === undefined) return false;
    const isSame = hashed.tcp === this.#hashedCounts.tcp && hashed.udp === this.#hashedCounts.udp;
    return isSame && (!this.#boundVisible || counts.used - hashed.total === bound);
  }

  /** False when time ran out. The counts were read before, so that what happens meanwhile makes them differ next time. */
  #read(query: OthersQuery, counts: SocketCounts | undefined): boolean {
    const { tables } = this.#access;
    this.rows.truncate(0);
    this.#connectionCounts = this.#fs.readConnectionCounts(this.#pid);
    const hashed = this.#fs.readHashed(this.#pid);
    this.#hashedCounts = hashed;
    this.#boundVisible = query.bound && tables.findBoundObstacle() === undefined;
    const filters = filtersOf(this.#ranges);
    try {
      for (const piece of this.#piecesToRead(query, counts, hashed)) {
        const filter = filters[piece === 'udp' ? 'udp' : 'tcp'];
        const { isLate, report } = query;
        if (piece === 'bound') this.#boundVisible = this.#readBound({ piece, ...filter, isLate, report });
        else if (!tables.append({ piece, ...filter, isLate, report }, this.rows)) return false;
      }
    } finally {
      // It would keep the namespace alive beyond its last process.
      tables.close();
    }
    dedupe.apply(this.rows);
    this.readAtMs = query.nowMs;
    if (counts !== undefined) this.#freshness.noteReading(query.nowMs, counts.text);
    return true;
  }

  /** Bound sockets have sources of their own, without which the others are still worth having. */
  #readBound(query: TableQuery): boolean {
    try {
      return this.#access.tables.append(query, this.rows);
    } catch (error) {
      const isItsOwn = error instanceof ExporterError && !error.code.startsWith('EPH_NAMESPACE_');
      if (!isItsOwn) throw error;
      query.report({ piece: 'bound', code: error.code, message: error.message });
      return false;
    }
  }

  /**
   * Only what may hold something: the tables are shared by all namespaces, and each reading walks the whole host's. A socket
   * that is open and in no table may be a bound one. Bound ones first, as in our own namespace.
   */
  #piecesToRead(
    { udp }: OthersQuery,
    counts: SocketCounts | undefined,
    hashed: HashedCounts | undefined,
  ): TablePiece[] {
    const pieces: TablePiece[] = [];
    const all = counts === undefined || hashed === undefined;
    if (this.#boundVisible && (all || counts.used > hashed.total)) pieces.push('bound');
    if (all || hashed.tcp > 0 || counts.timeWait > 0) pieces.push('tcp');
    if (udp && (all || hashed.udp > 0)) pieces.push('udp');
    return pieces;
  }

  #spoil(): void {
    this.rows.truncate(0);
    this.#freshness.spoil();
  }
}
