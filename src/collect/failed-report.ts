import type { ExporterError } from '../errors.ts';
import type { Report } from '../model/report.ts';

const NOTHING_READ: Report = {
  takenAtMs: 0,
  bootMs: 0,
  namespaces: [],
  ranges: [],
  pools: [],
  rangelessPools: [],
  groups: [],
  unattributed: [],
  probes: [],
  probeFailures: [],
  systemEvents: [],
  timeWaitSeconds: 0,
  tcpTwReuse: -1,
  sources: [],
  pieces: (['range', 'tcp', 'udp', 'owners'] as const).map((piece) => ({
    piece,
    success: false,
    timedOut: false,
    durationMs: 0,
  })),
  problems: [],
  sharedSockets: 0,
  foldedGroups: 0,
  foldedNamespaces: 0,
  ledgerPorts: 0,
  ledgerStartMs: 0,
  historyDropped: 0,
  lostEvents: 0,
};

/**
 * What is said after a reading that failed altogether: the last report with every piece marked as failed. No number, age or
 * counter moves, and its time still is that of the last good sample (0 when there was none).
 */
export function failedReport(last: Report | undefined, error: ExporterError): Report {
  const report = last ?? NOTHING_READ;
  const timedOut = error.code === 'EPH_READER_TIMEOUT';
  return {
    ...report,
    pieces: report.pieces.map((outcome) => ({ ...outcome, success: false, timedOut })),
    problems: [{ piece: 'tcp', code: error.code, message: error.message }],
  };
}
