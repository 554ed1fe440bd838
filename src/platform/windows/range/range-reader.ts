import { ExporterError } from '../../../errors.ts';
import type { DynamicRange, PortSpan } from '../../../model/port-range.ts';
import type { Problem } from '../../../model/problem.ts';
import { ADDRESS_FAMILIES, type AddressFamily, PROTOCOLS, type Protocol } from '../../../model/protocol.ts';
import { reserveCommand } from '../reserve-command.ts';
import type { RunCommand } from '../run-command.ts';
import { parseDynamicPort, parseExcludedPortRange } from './netsh-output.ts';

const NETSH_TIMEOUT_MS = 10_000;

/** Eight short programs: often enough for a range that an administrator changes, too seldom to cost anything. */
const REFRESH_MS = 300_000;

/** A port outside of the range that the system itself handed out: the range was changed, and is read at once, but not in a storm. */
const SUSPICION_MS = 15_000;

export interface RangeReading {
  /** Up to four; a protocol and family that could not be read is missing. */
  readonly ranges: readonly DynamicRange[];
  readonly problems: readonly Problem[];
}

/** The dynamic ranges by netsh: the first reading is waited for, later ones run beside the samples. */
export interface RangeReader {
  read(): Promise<RangeReading>;
  /** Tells of a port that the system chose for a socket bound to port 0. */
  noticePort(protocol: Protocol, af: AddressFamily, port: number): void;
}

export interface RangeReaderOptions {
  readonly run: RunCommand;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
}

export function createRangeReader({ run, nowMs }: RangeReaderOptions): RangeReader {
  let reading: RangeReading | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let flight: Promise<RangeReading> | undefined;

  const refresh = (): Promise<RangeReading> => {
    flight ??= readRanges(run).then((fresh) => {
      // An empty answer after a good one is netsh's trouble: the ranges stay, their problems are told.
      const ranges = fresh.ranges.length === 0 ? (reading?.ranges ?? []) : fresh.ranges;
      reading = {
        ranges: sameRanges(reading?.ranges, ranges) ? (reading as RangeReading).ranges : ranges,
        problems: fresh.problems,
      };
      readAtMs = nowMs();
      flight = undefined;
      return reading;
    });
    return flight;
  };

  return {
    async read() {
      const isMissing = reading === undefined || reading.ranges.length === 0;
      if (isMissing && nowMs() - readAtMs > SUSPICION_MS) return refresh();
      if (nowMs() - readAtMs > REFRESH_MS) void refresh();
      return reading ?? refresh();
    },
    noticePort(protocol, af, port) {
      const range = reading?.ranges.find((known) => known.protocol === protocol && known.af === af);
      if (range === undefined || (port >= range.first && port <= range.last)) return;
      if (nowMs() - readAtMs > SUSPICION_MS) void refresh();
    },
  };
}

async function readRanges(run: RunCommand): Promise<RangeReading> {
  const ranges: DynamicRange[] = [];
  const problems: Problem[] = [];
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      problems.push({ piece: 'range', code: 'EPH_RANGE_UNREADABLE', message: `${what}: ${error.message}` });
      return undefined;
    }
  };
  // One after another: eight programs at once would be a spike of load on a sick host.
  for (const protocol of PROTOCOLS) {
    for (const af of ADDRESS_FAMILIES) {
      const ask = (what: string) => run('netsh.exe', ['int', af, 'show', what, protocol], NETSH_TIMEOUT_MS);
      const name = `${protocol} range of ${af}`;
      const span = await attempt(name, async () => parseDynamicPort(await ask('dynamicport')));
      if (span === undefined) continue;
      const excluded = await attempt(`excluded ${name}`, async () =>
        parseExcludedPortRange(await ask('excludedportrange')),
      );
      ranges.push({ protocol, af, ...span, excluded: excluded ?? [] });
    }
  }
  return { ranges, problems };
}

function sameRanges(before: readonly DynamicRange[] | undefined, now: readonly DynamicRange[]): boolean {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(now);
}

/** Whether `port` is one that the system may hand out: inside a range and not excluded from it. */
export function isHandedOut(port: number, ranges: readonly DynamicRange[]): boolean {
  const holds = (span: PortSpan): boolean => port >= span.first && port <= span.last;
  return ranges.some((range) => range.protocol === 'tcp' && holds(range) && !range.excluded.some(holds));
}

/** What to tell of a listen port of ours that the system may give to another program before us. */
export function listenPortProblem(port: number, ranges: readonly DynamicRange[]): Problem | undefined {
  if (!isHandedOut(port, ranges)) return undefined;
  const command = reserveCommand(port);
  const message = `port ${port} of this exporter lies inside the dynamic range and may be taken at a restart; reserve it: ${command}`;
  return { piece: 'range', code: 'EPH_LISTEN_IN_RANGE', message };
}
