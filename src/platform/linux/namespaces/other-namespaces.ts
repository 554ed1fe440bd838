import { ExporterError } from '../../../errors.ts';
import type { Problem } from '../../../model/problem.ts';
import type { NamespaceRow } from '../../../model/sample.ts';
import type { GrowableDump } from '../sockets/growable-dump.ts';
import type { NamespaceAccess, OpenNamespace } from './namespace-access.ts';
import { type Census, NamespaceCensus } from './namespace-census.ts';
import type { NamespaceFs } from './namespace-fs.ts';
import { NamespaceNamer } from './namespace-namer.ts';
import { NamespaceTrouble } from './namespace-trouble.ts';
import { OtherNamespace, type OthersQuery } from './other-namespace.ts';

export interface OtherNamespacesParts {
  readonly fs: NamespaceFs;
  /** Inode of our own namespace, which is read by itself. */
  readonly ownInode: string;
  /** Inode of the initial namespace; empty when not known. */
  readonly hostInode: string;
  /** From within; absent where netlink cannot be had. */
  readonly enter?: OpenNamespace;
  /** From without, which asks for no right and tells less. */
  readonly lookFrom: OpenNamespace;
  /** Monotonic ms, high resolution. */
  readonly monotonicMs: () => number;
}

export interface OthersReading {
  readonly rows: readonly NamespaceRow[];
  /** False when some were not reached in time. */
  readonly isWhole: boolean;
  /** Value of `source_info`. */
  readonly source: string;
  readonly problems: readonly Problem[];
}

// The rest goes on in the next sample, the longest unread first: our own namespace and its owners must not wait for it.
const BUDGET_MS = 1_500;
// What is known by its number alone may get a name in its first minute.
const NAMING_MS = 60_000;
const NAMING_AGAIN_MS = 10_000;

/** Reads every network namespace that processes live in, our own excepted. */
export class OtherNamespaces {
  readonly #parts: OtherNamespacesParts;
  readonly #census: NamespaceCensus;
  readonly #namer: NamespaceNamer;
  readonly #known = new Map<string, OtherNamespace>();

  constructor(parts: OtherNamespacesParts) {
    this.#parts = parts;
    this.#census = new NamespaceCensus(parts.fs);
    this.#namer = new NamespaceNamer(parts.fs, parts.hostInode);
  }

  /** Appends their sockets to `dump`; the first of the returned rows is namespace number 1 there, 0 being our own. */
  read(dump: GrowableDump, query: Omit<OthersQuery, 'report'>): OthersReading {
    const trouble = new NamespaceTrouble();
    const census = this.#census.take();
    if (census === undefined) trouble.noteUnlisted();
    else this.#follow(census, query.nowMs, trouble);
    const isWhole = this.#refreshAll(query, trouble);
    const listed = [...this.#known.values()].filter(({ readAtMs }) => readAtMs > Number.NEGATIVE_INFINITY);
    for (const [index, { rows }] of listed.entries()) dump.append(rows, index + 1);
    const source = this.#sourceOf(listed, trouble);
    return { rows: listed.map(({ row }) => row), isWhole, source, problems: trouble.list() };
  }

  close(): void {
    for (const namespace of this.#known.values()) namespace.close();
    this.#known.clear();
  }

  #follow(inhabited: Census, nowMs: number, trouble: NamespaceTrouble): void {
    this.#namer.begin();
    for (const [inode, namespace] of this.#known) if (!inhabited.has(inode)) this.#drop(namespace);
    for (const [inode, pids] of inhabited) {
      if (inode === this.#parts.ownInode) continue;
      const known = this.#known.get(inode);
      if (known === undefined) trouble.attempt(inode, () => this.#open(inode, pids, nowMs));
      else this.#keep(known, pids, nowMs);
    }
  }

  #keep(namespace: OtherNamespace, pids: readonly number[], nowMs: number): void {
    namespace.pids = pids;
    const { label, inode, firstSeenMs, namedAtMs } = namespace;
    if (label.name !== inode || nowMs - namedAtMs < NAMING_AGAIN_MS || nowMs - firstSeenMs > NAMING_MS) return;
    namespace.label = this.#namer.name(inode, pids, this.#namesBut(namespace));
    namespace.namedAtMs = nowMs;
  }

  #open(inode: string, pids: readonly number[], nowMs: number): void {
    const { fs } = this.#parts;
    const label = this.#namer.name(inode, pids, this.#namesBut(undefined));
    const access = (namespace: OtherNamespace) => this.#findAccess(namespace);
    this.#known.set(inode, new OtherNamespace({ inode, pids, label, nowMs, access, fs }));
  }

  #findAccess(namespace: OtherNamespace): NamespaceAccess {
    const { enter, lookFrom } = this.#parts;
    const door = () => ({ pid: namespace.pids[0] as number, inode: namespace.inode });
    if (enter === undefined) return lookFrom(door);
    try {
      return enter(door);
    } catch (error) {
      if (!(error instanceof ExporterError) || error.code !== 'EPH_NAMESPACE_REFUSED') throw error;
      return lookFrom(door);
    }
  }

  /** False when time ran out before all were looked at. */
  #refreshAll(query: Omit<OthersQuery, 'report'>, trouble: NamespaceTrouble): boolean {
    const endMs = this.#parts.monotonicMs() + BUDGET_MS;
    const isLate = () => query.isLate() || this.#parts.monotonicMs() > endMs;
    const report = (problem: Problem) => trouble.add(problem);
    const order = [...this.#known.values()].sort((a, b) => a.readAtMs - b.readAtMs);
    for (const namespace of order) {
      if (isLate()) {
        trouble.noteBudget();
        return false;
      }
      trouble.attempt(namespace.label.name, () => namespace.refresh({ ...query, isLate, report }));
    }
    return true;
  }

  #sourceOf(listed: readonly OtherNamespace[], trouble: NamespaceTrouble): string {
    const { enter } = this.#parts;
    if (enter === undefined) return 'procfs';
    if (!listed.some(({ source }) => source === 'procfs')) return 'inet_diag';
    trouble.noteRefused();
    return 'procfs';
  }

  #namesBut(namespace: OtherNamespace | undefined): ReadonlySet<string> {
    return new Set([...this.#known.values()].filter((one) => one !== namespace).map(({ label }) => label.name));
  }

  #drop(namespace: OtherNamespace): void {
    namespace.close();
    this.#known.delete(namespace.inode);
  }
}
