import { FOLDED_NETNS } from '../model/attributed.ts';
import { type DynamicRange, portsOfRanges } from '../model/port-range.ts';
import type { PieceOutcome } from '../model/problem.ts';
import { PROTOCOLS, type Protocol } from '../model/protocol.ts';
import type { NamespaceRow, Sample } from '../model/sample.ts';
import { type ImageNamespace, NAMED_NAMESPACES, type Namespace, Pool } from './pool.ts';
import { NONE } from './slot.ts';

/** How long a namespace that is not in the sample, or bound sockets that cannot be seen any more, are waited for. */
const PATIENCE_MS = 120_000;

/** The ports of a range, and how many they are. */
interface RangeMembers {
  readonly ports: Uint8Array;
  readonly size: number;
}

/** The pools of all namespaces. */
export class PoolTable {
  /** By pool id; ids are not used again until their pool's slots are gone. */
  readonly pools: (Pool | undefined)[] = [];
  namespaces: Namespace[] = [];
  /** Namespace of each row of `Sample.namespaces`. */
  ofSample: Namespace[] = [];
  private readonly membersOfRange = new Map<string, RangeMembers>();

  /**
   * Finds the namespaces of a sample, judges how far each pool can be trusted this time, and returns the pools to drop:
   * those of namespaces that have been gone for {@link PATIENCE_MS}.
   */
  begin(sample: Sample): readonly Pool[] {
    for (const namespace of this.namespaces) namespace.index = NONE;
    this.ofSample = sample.namespaces.map((row, index) => {
      const namespace = this.find(row);
      namespace.index = index;
      namespace.lastSeenMs = sample.bootMs;
      for (const pool of namespace.pools) judgePool(pool, row, sample, this.membersOfRange);
      return namespace;
    });
    const gone: Pool[] = [];
    this.namespaces = this.namespaces.filter((namespace) => {
      if (namespace.index !== NONE) return true;
      for (const pool of namespace.pools) pool.isCarried = true;
      if (sample.bootMs - namespace.lastSeenMs <= PATIENCE_MS) return true;
      gone.push(...namespace.pools);
      return false;
    });
    for (const pool of gone) this.pools[pool.id] = undefined;
    if (this.membersOfRange.size > 64) this.membersOfRange.clear();
    return gone;
  }

  /** Puts a namespace of an image back, with the ids its pools had. */
  restore({ name, inode, identity = '', pools: ids }: ImageNamespace, bootMs: number): Namespace {
    const namespace = createNamespace(name, inode, identity, bootMs);
    PROTOCOLS.forEach((protocol, index) => {
      const pool = new Pool(ids[index] as number, namespace, protocol);
      while (this.pools.length <= pool.id) this.pools.push(undefined);
      this.pools[pool.id] = pool;
      namespace.pools.push(pool);
    });
    this.namespaces.push(namespace);
    return namespace;
  }

  /** By inode and identity; by inode and name where one has no identity, as in images of older versions. */
  private find({ name, inode, identity = '' }: NamespaceRow): Namespace {
    const known = this.namespaces.find(
      (one) =>
        one.inode === inode && (one.identity === '' || identity === '' ? one.name === name : one.identity === identity),
    );
    if (known !== undefined) {
      known.name = name;
      known.identity ||= identity;
      return known;
    }
    const namespace = createNamespace(name, inode, identity, 0);
    if (this.countNamed() >= NAMED_NAMESPACES) namespace.label = FOLDED_NETNS;
    for (const protocol of PROTOCOLS) {
      const free = this.pools.indexOf(undefined);
      const pool = new Pool(free < 0 ? this.pools.length : free, namespace, protocol);
      this.pools[pool.id] = pool;
      namespace.pools.push(pool);
    }
    this.namespaces.push(namespace);
    return namespace;
  }

  private countNamed(): number {
    return this.namespaces.filter(({ name, label }) => name === label).length;
  }
}

function createNamespace(name: string, inode: string, identity: string, lastSeenMs: number): Namespace {
  return { name, label: name, inode, identity, pools: [], codeMembers: [], index: NONE, lastSeenMs };
}

function judgePool(pool: Pool, row: NamespaceRow, sample: Sample, cache: Map<string, RangeMembers>): void {
  const ranges = row.ranges.filter((range) => range.protocol === pool.protocol);
  const isUnread = row.unread?.includes(pool.protocol) === true;
  const isRead = isWhole(sample.pieces, pool.protocol) && ranges.length > 0 && !isUnread;
  pool.used = 0;
  if (pool.wasRead) pool.isBaseline = false;
  pool.wasRead = isRead;
  pool.isCarried = !isRead;
  if (ranges.length > 0) followRange(pool, ranges, cache);
  if (isRead && pool.protocol === 'tcp') followBoundVisibility(pool, row.boundVisible, sample.bootMs);
}

/** A pool seen for the first time, or with another range than before, starts from a new baseline. */
function followRange(pool: Pool, ranges: readonly DynamicRange[], cache: Map<string, RangeMembers>): void {
  const key = ranges.map(({ first, last }) => `${first}-${last}`).join(' ');
  if (key === pool.rangeKey) return;
  pool.rangeKey = key;
  pool.isBaseline = true;
  const { ports, size } = cache.get(key) ?? membersOf(ranges);
  pool.members = ports;
  pool.size = size;
  cache.set(key, { ports, size });
}

function membersOf(ranges: readonly DynamicRange[]): RangeMembers {
  const ports = portsOfRanges(ranges);
  return { ports, size: ports.reduce((sum, member) => sum + member, 0) };
}

/** Bound sockets that cannot be seen this time are waited for; what is seen or not for good is a new baseline. */
function followBoundVisibility(pool: Pool, boundVisible: boolean, bootMs: number): void {
  if (boundVisible) {
    if (!pool.boundVisible) pool.isBaseline = true;
    pool.boundVisible = true;
    pool.blindSinceMs = Number.NaN;
    return;
  }
  if (!pool.boundVisible) return;
  if (Number.isNaN(pool.blindSinceMs)) pool.blindSinceMs = bootMs;
  if (bootMs - pool.blindSinceMs <= PATIENCE_MS) {
    pool.isCarried = true;
  } else {
    pool.boundVisible = false;
    pool.blindSinceMs = Number.NaN;
    pool.isBaseline = true;
  }
}

function isWhole(pieces: readonly PieceOutcome[], protocol: Protocol): boolean {
  return pieces.every((outcome) => outcome.piece !== protocol || (outcome.success && !outcome.timedOut));
}
