import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppOptions } from '../app.ts';
import { EMPTY_CONFIG } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { ExporterView } from '../http/exporter-view.ts';
import { metricsFromReport } from '../metrics/from-report.ts';
import { renderMetrics } from '../metrics/registry.ts';
import { RemoteNames } from '../metrics/remote-names.ts';
import type { GroupHistory, HistoryCount, LedgerView } from '../model/ledger-view.ts';
import type { GroupReport, Report } from '../model/report.ts';
import { createSource } from '../platform/select.ts';
import type { PortSource } from '../platform/source.ts';
import { describeConfig } from './describe-config.ts';
import { openJudgement } from './judgement.ts';

const READING_TIMEOUT_MS = 10_000;

export interface ReadOnceOptions {
  readonly settings: Settings;
  readonly build: AppOptions['build'];
  readonly warn: (message: string) => void;
  /** Time between the two readings. */
  readonly waitMs: number;
  readonly wallMs: () => number;
  /** Instead of the source of this host. */
  readonly source?: PortSource;
}

/**
 * Reads the host twice and answers like an exporter that has just been started: what two readings can tell, and no ages.
 * @throws ExporterError for a config file that breaks a rule, or when the host cannot be read
 */
export async function readOnce(options: ReadOnceOptions): Promise<ExporterView> {
  const { settings, build, waitMs, wallMs } = options;
  const config = settings.configFile === '' ? EMPTY_CONFIG : await loadConfig(settings.configFile);
  const source = options.source ?? createSource(settings, config, options.warn);
  const startedAtMs = wallMs();
  const judgement = await openJudgement({
    stuckAfterMs: settings.stuckAfterMs,
    processLimit: settings.processLimit,
    ledgerPath: '',
    ownerRules: () => config.owners,
    nowMs: () => performance.now(),
    wallMs,
    onTrouble: (error) => options.warn(error.message),
  });
  const reports: Report[] = [];
  try {
    for (const pauseMs of [0, waitMs]) {
      await sleep(pauseMs);
      reports.push(await judgement.judge(await source.read(AbortSignal.timeout(READING_TIMEOUT_MS))));
    }
  } finally {
    await source.close();
  }
  const report = reports.at(-1);
  const view: LedgerView = { ...judgement.ledger, ...historyOfReports(reports) };
  const facts = { ...build, node: build.node.replace(/^v/, ''), sampleIntervalMs: waitMs };
  return {
    async metrics({ format }) {
      const names = { ...settings, remoteNames: new RemoteNames() };
      const snapshot = metricsFromReport(report, { ...facts, lastSampleMs: report?.takenAtMs ?? 0 }, names);
      return renderMetrics(snapshot, format, undefined);
    },
    ready: () => true,
    healthy: () => ({ ok: true, reason: '' }),
    report: () => report,
    facts: () => ({ version: build.version, revision: build.revision, startedAtMs }),
    ledger: async (work) => work(view),
    config: () => describeConfig(settings, config),
  };
}

/** The rings of the ledger are of whole minutes; two readings a few seconds apart are points of their own. */
function historyOfReports(reports: readonly Report[]): Pick<LedgerView, 'history' | 'historyGroups'> {
  const find = ({ groups }: Report, { netns, process, unit }: Pick<GroupReport, 'netns' | 'process' | 'unit'>) =>
    groups.find((group) => group.netns === netns && group.process === process && group.unit === unit);
  return {
    historyGroups: () => (reports.at(-1)?.groups ?? []).map(({ netns, process, unit }) => ({ netns, process, unit })),
    history(key): GroupHistory | undefined {
      const points = reports.flatMap((report) => {
        const group = find(report, key);
        return group === undefined ? [] : [{ atMs: report.takenAtMs, counts: countsOf(group) }];
      });
      const counts = Object.keys(points[0]?.counts ?? {}) as HistoryCount[];
      return {
        timesMs: points.map(({ atMs }) => atMs),
        ports: Object.fromEntries(counts.map((count) => [count, points.map((point) => point.counts[count] ?? 0)])),
        changes: [],
      };
    },
  };
}

function countsOf({ ports }: GroupReport): Partial<Record<HistoryCount, number>> {
  const udp = Object.values(ports.udp);
  return { ...ports.tcp, ...(udp.length > 0 && { udp: udp.reduce((sum, count) => sum + count, 0) }) };
}
