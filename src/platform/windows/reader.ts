import { ExporterError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import { OWNER_CODE } from '../../model/owner-code.ts';
import { type DynamicRange, portsOfRanges } from '../../model/port-range.ts';
import type { Piece, PieceSource, Problem } from '../../model/problem.ts';
import type { Sample, SystemEventCount } from '../../model/sample.ts';
import { resizeSocketColumns } from '../../model/socket-columns.ts';
import type { ProbedPort } from './bind-probe.ts';
import { connectionEvents } from './events/audit-events.ts';
import type { AuditReading } from './events/audit-feed.ts';
import type { OwnerSource } from './owner-source.ts';
import type { OwnerAssignment, OwnerBook } from './owners/owner-book.ts';
import { createPieceLog, type PieceLog } from './piece-log.ts';
import { listenPortProblem, type RangeReader } from './range/range-reader.ts';
import type { KeptSockets } from './sockets/kept-sockets.ts';
import type { SocketPiece } from './sockets/socket-source.ts';
import {
  clearWindowsSockets,
  createWindowsSockets,
  type WantedPorts,
  type WindowsSockets,
} from './sockets/windows-sockets.ts';

/** Pid of the System process, which begins with the boot and ends with it. */
const SYSTEM_PID = 4;

/** What a reading is made of; each part can be replaced by a fake. */
export interface WindowsReaderParts {
  readonly clock: Clock;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
  readonly collectors: Readonly<Record<Piece, boolean>>;
  readonly ranges: RangeReader;
  /** Without a source for bound-only sockets, they are absent. */
  readonly sockets: Readonly<Record<'tcp' | 'udp', KeptSockets>> & { readonly bound?: KeptSockets };
  readonly owners: OwnerSource;
  readonly book: OwnerBook;
  /** What an audit log told since the last call. */
  readonly audit: () => AuditReading;
  readonly probe: (() => readonly ProbedPort[]) | undefined;
  /** Events since the last call. */
  readonly events: () => Promise<readonly SystemEventCount[]>;
  /** 0 when not set. */
  readonly timeWaitSeconds: () => number;
  /** TCP ports that this exporter listens on. */
  readonly listenPorts: readonly number[];
  readonly sources: readonly PieceSource[];
  /** Lasting trouble, told in every sample. */
  readonly problems: readonly Problem[];
}

export interface WindowsReader {
  /** One sample. `late` rejects with LATE when the deadline comes: what is ready by then is returned. */
  read(late: Promise<never>): Promise<Sample>;
}

const NO_OWNERS: OwnerAssignment = { processes: [], exitedProcesses: [], rowOf: new Map() };
const NOTHING_AUDITED: AuditReading = { connections: [], lost: 0 };

export function createWindowsReader(parts: WindowsReaderParts): WindowsReader {
  const { clock, collectors, sockets: sources } = parts;
  const sockets = createWindowsSockets();
  let bootId = '';

  const readRanges = async (log: PieceLog, late: Promise<never>): Promise<readonly DynamicRange[]> => {
    const ranges = await log.run('range', async () => {
      const reading = await Promise.race([parts.ranges.read(), late]);
      for (const problem of reading.problems) log.report(problem);
      if (reading.ranges.length === 0) throw new ExporterError('EPH_RANGE_UNREADABLE', 'netsh tells no dynamic range');
      return reading.ranges;
    });
    const problems = parts.listenPorts.map((port) => listenPortProblem(port, ranges ?? []));
    for (const problem of problems) if (problem !== undefined) log.report(problem);
    return ranges ?? [];
  };
  const readSockets = async (log: PieceLog, wanted: WantedPorts, late: Promise<never>): Promise<void> => {
    clearWindowsSockets(sockets);
    const readPiece = async (piece: SocketPiece): Promise<void> => {
      await log.run(piece, () => sources[piece]?.append(sockets, wanted, late));
    };
    // Bound first: a socket that begins to connect in between is then seen twice, and not missed.
    if (sources.bound !== undefined) await readPiece('bound');
    await readPiece('tcp');
    await readPiece('udp');
    if (sockets.unknownStates > 0) log.report(unknownStates(sockets));
  };
  const readOwners = async (
    log: PieceLog,
    alsoNamed: Iterable<number>,
    late: Promise<never>,
  ): Promise<OwnerAssignment> => {
    const tablesReadMs = clock.wallMs();
    const owners = await log.run('owners', async () => {
      const reading = await Promise.race([parts.owners.read(), late]);
      const startMs = reading.processes.get(SYSTEM_PID)?.startMs ?? 0;
      if (startMs > 0) bootId = `system-${startMs}`;
      return parts.book.assign(sockets, { ...reading, tablesReadMs, alsoNamed });
    });
    if (owners !== undefined) return owners;
    parts.book.assignNobody(sockets);
    return NO_OWNERS;
  };
  const probe = async (log: PieceLog): Promise<readonly ProbedPort[]> => {
    const { probe: probeBinds } = parts;
    if (probeBinds === undefined) return [];
    const probed = (await log.run('probe', probeBinds)) ?? [];
    for (const { protocol, af, port } of probed) if (port !== 0) parts.ranges.noticePort(protocol, af, port);
    return probed;
  };

  return {
    async read(late) {
      const log = createPieceLog(collectors, parts.nowMs);
      const takenAtMs = clock.wallMs();
      const bootMs = clock.bootMs();
      const ranges = await readRanges(log, late);
      await readSockets(log, wantedPorts(ranges), late);
      const audited = (await log.run('trace', parts.audit)) ?? NOTHING_AUDITED;
      const pids = new Set(audited.connections.map(({ pid }) => pid));
      const { processes, exitedProcesses, rowOf } = await readOwners(log, pids, late);
      const probed = await probe(log);
      const systemEvents = (await log.run('events', () => Promise.race([parts.events(), late]))) ?? [];
      const boundVisible = sources.bound !== undefined && collectors.bound;
      return {
        takenAtMs,
        bootMs,
        bootId,
        systemEvents,
        processes,
        exitedProcesses,
        namespaces: [{ name: 'host', inode: '', container: '', podUid: '', ranges, boundVisible }],
        sockets: resizeSocketColumns(sockets.columns, sockets.columns.length),
        sharedSockets: 0,
        probes: probed.map(({ protocol, af, code }) => ({ protocol, af, code })),
        connectionEvents: connectionEvents(audited.connections, {
          sockets,
          processAt: (pid, atMs) => {
            const row = rowOf.get(pid) ?? OWNER_CODE.gone;
            // A process that began after the event only has the pid of the one that it tells of.
            return (processes[row]?.startMs ?? 0) <= atMs ? row : OWNER_CODE.gone;
          },
          bootMsAt: (wallMs) => bootMs - (takenAtMs - wallMs),
        }),
        lostEvents: audited.lost,
        timeWaitSeconds: parts.timeWaitSeconds(),
        tcpTwReuse: -1,
        sources: parts.sources,
        pieces: log.outcomes,
        problems: [...parts.problems, ...log.problems],
      };
    },
  };
}

function wantedPorts(ranges: readonly DynamicRange[]): WantedPorts {
  return {
    tcp: portsOfRanges(ranges.filter(({ protocol }) => protocol === 'tcp')),
    udp: portsOfRanges(ranges.filter(({ protocol }) => protocol === 'udp')),
  };
}

function unknownStates({ unknownStates: rows }: WindowsSockets): Problem {
  const message = `${rows} TCP rows are in a state that is not documented; they count as closing`;
  return { piece: 'tcp', code: 'EPH_WINDOWS_TABLE', message };
}
