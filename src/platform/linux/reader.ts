import type { Clock } from '../../model/clock.ts';
import type { DynamicRange } from '../../model/port-range.ts';
import type { Piece, PieceSource, Problem } from '../../model/problem.ts';
import type { NamespaceRow, Sample } from '../../model/sample.ts';
import { resizeSocketColumns } from '../../model/socket-columns.ts';
import type { ReadWishes } from '../source.ts';
import type { BindProbeResult } from './bind-probe.ts';
import type { NamespaceIdentity } from './namespace-name.ts';
import type { OtherNamespaces, OthersReading } from './namespaces/other-namespaces.ts';
import type { OwnerResolver } from './owners/owner-resolver.ts';
import { markUnsearchedOwners } from './owners/unsearched-owners.ts';
import { PieceLog } from './piece-log.ts';
import { CookieDedupe } from './sockets/cookie-dedupe.ts';
import { GrowableDump } from './sockets/growable-dump.ts';
import { filtersOf } from './sockets/port-filters.ts';
import type { SocketTables, TablePiece } from './sockets/socket-tables.ts';
import { TIME_WAIT_SECONDS } from './tcp-timing.ts';
import type { ReaderTrace } from './trace/sample-trace.ts';

/** What a reading is made of; each part can be replaced by a fake. */
export interface ReaderParts {
  readonly clock: Clock;
  readonly bootId: string;
  readonly namespace: NamespaceIdentity;
  readonly collectors: Readonly<Record<Piece, boolean>>;
  /** @throws ExporterError EPH_RANGE_UNREADABLE */
  readonly readRanges: () => readonly DynamicRange[];
  readonly readTcpTwReuse: () => number;
  readonly tables: SocketTables;
  /** Absent: only our own namespace is read. */
  readonly others?: Pick<OtherNamespaces, 'read' | 'close'>;
  readonly owners: OwnerResolver;
  readonly probeBinds: () => BindProbeResult;
  /** Absent: no trace. */
  readonly trace?: ReaderTrace;
}

// A cold walk over 56,000 descriptors takes 500 ms: it is spread over two samples, and a steady one needs 10 ms.
const OWNER_BUDGET_MS = 300;

const NO_OTHERS: OthersReading = { rows: [], isWhole: true, source: 'none', problems: [] };

/** Reads the host's sockets, synchronously, over and over: scratch memory is kept between readings. */
export class LinuxReader {
  private readonly parts: ReaderParts;
  private readonly dump = new GrowableDump();
  private readonly dedupe = new CookieDedupe();

  constructor(parts: ReaderParts) {
    this.parts = parts;
  }

  /** One sample. `isLate` is asked between pieces and within long ones; what is ready by then is returned. */
  read(isLate: () => boolean, wishes: ReadWishes = { detail: false }): Sample {
    const { clock, bootId, collectors, namespace, owners, tables, trace } = this.parts;
    const takenAtMs = clock.wallMs();
    const bootMs = clock.bootMs();
    const log = new PieceLog(collectors, isLate);
    this.dump.truncate(0);

    const ranges = log.run('range', this.parts.readRanges) ?? [];
    // Bound first: a socket that begins to connect in between is then seen twice, and not missed.
    const boundVisible = this.canReadBound(log) && this.readTable('bound', ranges, log, isLate);
    this.readTable('tcp', ranges, log, isLate);
    this.readTable('udp', ranges, log, isLate);
    this.dedupe.apply(this.dump);
    const others = this.readOthers(bootMs, ranges, log, isLate);
    const found =
      log.run('owners', () => owners.resolve(this.dump, OWNER_BUDGET_MS)) ?? markUnsearchedOwners(this.dump);
    const { scope, ...own } = namespace;
    const namespaces: readonly NamespaceRow[] = [
      { ...own, container: '', podUid: '', ranges, boundVisible },
      ...others.rows,
    ];
    const traced = trace?.follow(wishes.detail)
      ? log.run('trace', () => trace.take(namespaces, found.processes))
      : undefined;
    const probed = log.run('probe', this.parts.probeBinds) ?? { probes: [], problems: [] };

    return {
      takenAtMs,
      bootMs,
      bootId,
      namespaces,
      processes: traced?.processes ?? found.processes,
      exitedProcesses: found.exitedProcesses ?? [],
      sockets: resizeSocketColumns(this.dump.columns, this.dump.columns.length),
      sharedSockets: found.sharedSockets,
      probes: probed.probes,
      connectionEvents: traced?.events ?? [],
      lostEvents: traced?.lost ?? 0,
      systemEvents: [],
      timeWaitSeconds: TIME_WAIT_SECONDS,
      tcpTwReuse: this.parts.readTcpTwReuse(),
      sources: [
        ...describeSources(tables, boundVisible, scope),
        { piece: 'namespaces', source: others.source },
        { piece: 'trace', source: traced === undefined ? (trace?.standIn ?? 'none') : 'tracefs' },
      ],
      pieces: log.outcomes,
      problems: [...log.problems, ...others.problems, ...found.problems, ...probed.problems],
    };
  }

  /** Keeps up with what comes between samples. */
  poll(): void {
    this.parts.trace?.poll();
  }

  close(): void {
    this.parts.trace?.close();
    this.parts.others?.close();
    this.parts.tables.close();
  }

  private canReadBound(log: PieceLog): boolean {
    if (!this.parts.collectors.bound) return false;
    const obstacle = this.parts.tables.findBoundObstacle();
    if (obstacle !== undefined) log.problems.push(obstacle);
    return obstacle === undefined;
  }

  /** True when the table was read whole. Without a range there is nothing to look for, and it was not. */
  private readTable(piece: TablePiece, ranges: readonly DynamicRange[], log: PieceLog, isLate: () => boolean): boolean {
    if (ranges.length === 0) return false;
    const filter = filtersOf(ranges)[piece === 'udp' ? 'udp' : 'tcp'];
    const report = (problem: Problem): void => void log.problems.push(problem);
    const query = { piece, ...filter, isLate, report };
    const whole = log.run(piece, () => this.parts.tables.append(query, this.dump) || undefined);
    return whole === true;
  }

  private readOthers(
    nowMs: number,
    ownRanges: readonly DynamicRange[],
    log: PieceLog,
    isLate: () => boolean,
  ): OthersReading {
    const { collectors, others, owners } = this.parts;
    let reading = NO_OTHERS;
    if (others === undefined) return reading;
    const isHeld = (inode: number) => owners.holds(inode);
    const query = { nowMs, ownRanges, bound: collectors.bound, udp: collectors.udp, isLate, isHeld };
    log.run('namespaces', () => {
      reading = others.read(this.dump, query);
      return reading.isWhole || undefined;
    });
    return reading;
  }
}

function describeSources(tables: SocketTables, boundVisible: boolean, scope: string): readonly PieceSource[] {
  const { source, boundSource = source } = tables;
  return [
    { piece: 'range', source: 'procfs' },
    { piece: 'tcp', source },
    { piece: 'bound', source: boundVisible ? boundSource : 'none' },
    { piece: 'udp', source },
    { piece: 'owners', source: 'procfs' },
    { piece: 'scope', source: scope },
  ];
}
