import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { describeConfig } from './app/describe-config.ts';
import { createExporterView } from './app/exporter-view.ts';
import { openJudgement } from './app/judgement.ts';
import { createProblemLog } from './app/problem-log.ts';
import { reconfigurableSource } from './app/reconfigurable-source.ts';
import { type RenderOptions, renderReport } from './app/render-report.ts';
import { createCpuBudget } from './collect/cpu-budget.ts';
import { createSampler } from './collect/sampler.ts';
import { openLiveFile, type ReloadState } from './config/live-file.ts';
import { openLiveConfig } from './config/reload.ts';
import type { Settings } from './config/settings.ts';
import { loadWebConfig } from './config/web/load-web-config.ts';
import { OPEN_WEB } from './config/web/web-config.ts';
import { type HttpService, serveHttp } from './http/serve-http.ts';
import type { Log } from './log.ts';
import { watchOwnProcess } from './metrics/registry.ts';
import { RemoteNames } from './metrics/remote-names.ts';
import { openReplay } from './platform/replay/replay-source.ts';
import { createSource } from './platform/select.ts';
import { createAnonymizer } from './store/anonymize.ts';
import { openRecorder, type Recorder } from './store/recorder.ts';
import { createTextfile } from './store/textfile.ts';

export interface AppOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly build: {
    readonly version: string;
    readonly revision: string;
    readonly node: string;
    readonly os: string;
    readonly arch: string;
  };
}

/** The running exporter. */
export interface App {
  readonly http: HttpService;
  /** Reads the config files again. */
  reload(): Promise<void>;
  /**
   * Lets answers and a reading under way finish, then closes everything; less than 5 s.
   * @throws ExporterError EPH_READER_TIMEOUT once all is closed but a thread of the reader that hangs
   */
  close(): Promise<void>;
}

const nowMs = (): number => performance.now();
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/**
 * Builds the object graph, once, and starts it: configuration, source, ledger, sampler, metrics, listeners, in this order,
 * so that nothing listens before the configuration is known to be good.
 * @throws ExporterError for anything that keeps it from starting
 */
export async function startApp({ settings, log, env, build }: AppOptions): Promise<App> {
  const warn = (message: string): void => log.warn(message);
  const config = await openLiveConfig({
    file: settings.configFile,
    log,
    wallMs: Date.now,
    onChange: (next) => {
      if (replay !== undefined) return;
      sampler.whenSettled(() => source.replace(createSource(settings, next, warn)));
    },
  });
  const web = await openLiveFile({
    file: settings.webConfigFile,
    empty: OPEN_WEB,
    load: loadWebConfig,
    onChange: () => {},
    log,
    wallMs: Date.now,
  });
  const replay =
    settings.sampleReplay === ''
      ? undefined
      : await openReplay({
          path: settings.sampleReplay,
          speed: settings.sampleReplaySpeed,
          wallMs: Date.now,
          nowMs,
        });
  const source = reconfigurableSource(replay ?? createSource(settings, config.current(), warn));
  const recorder = await openRecorderOf(settings, log);
  const judgement = await openJudgement({
    stuckAfterMs: settings.stuckAfterMs,
    processLimit: settings.processLimit,
    // A recording tells of another host or another time: it must not become this host's memory.
    ledgerPath: replay === undefined ? settings.ledgerPath : '',
    ownerRules: () => config.current().owners,
    nowMs,
    wallMs: Date.now,
    onTrouble: (error) => log.error('ledger', { code: error.code, error: error.message }),
  });
  const textfile =
    settings.outputTextfile === ''
      ? undefined
      : createTextfile({ path: settings.outputTextfile, fs: { open, rename, rm }, nowMs });
  const tellProblems = createProblemLog(log, nowMs);
  const budget = createCpuBudget({
    share: settings.sampleCpuBudget,
    intervalMs: settings.sampleIntervalMs,
    cpuMs,
    nowMs,
  });
  const liveDelayMs = (): number => {
    const asksForBursts = sampler
      .latest()
      ?.sources.some(({ piece, source }) => piece === 'trace' && source === 'bursts');
    return asksForBursts ? budget.burstDelayMs() : budget.delayMs();
  };
  const sampler = createSampler({
    source,
    wishes: () => ({ detail: judgement.wantsDetail() }),
    budget,
    nowMs,
    scrapesForceSamples: replay === undefined,
    nextDelayMs: replay === undefined ? liveDelayMs : () => replay.nextDelayMs(),
    onSample: async (sample) => recorder?.record(sample),
    judge: async (sample) => {
      const judged = await judgement.judge(sample);
      const report = { ...judged, problems: [...judged.problems, ...(textfile?.problems() ?? [])] };
      tellProblems(report.problems);
      return report;
    },
    // Without our own process's metrics: a node_exporter has its own under the same names and would refuse both.
    onReport: (report) => void textfile?.offer(() => renderReport({ ...rendering, ownProcess: undefined }, report)),
    onFailure: (error) => log.error('no sample', { code: error.code, error: error.message }),
  });
  const rendering: RenderOptions = {
    metrics: {
      processLimit: settings.processLimit,
      privacyRemotes: settings.privacyRemotes,
      remoteNames: new RemoteNames(),
    },
    ownProcess: settings.disableExporterMetrics ? undefined : watchOwnProcess(),
    facts: () => ({
      ...build,
      node: build.node.replace(/^v/, ''),
      sampleIntervalMs: budget.effectiveIntervalMs(),
      lastSampleMs: sampler.latest()?.takenAtMs ?? 0,
      ...reloadFacts(settings, [config.state(), web.state()]),
    }),
  };
  const view = createExporterView({
    ...rendering,
    sampler,
    ledger: judgement.ledger,
    config: () => describeConfig(settings, config.current()),
    startedAtMs: Date.now(),
    wallMs: Date.now,
  });
  const http = await serveHttp({ view, settings, log, env, pid: process.pid, web: web.current });
  sampler.start();

  return {
    http,
    async reload() {
      await Promise.all([config.reload(), web.reload()]);
    },
    async close() {
      config.close();
      web.close();
      const closing = [http.close(), sampler.stop()];
      await Promise.allSettled(closing);
      await recorder?.close();
      await judgement.flush();
      await Promise.all(closing);
    },
  };
}

/** One answer for both files: well only if both are; nothing where there is no file. */
function reloadFacts(settings: Settings, states: readonly ReloadState[]): { config?: ReloadState } {
  if (settings.configFile === '' && settings.webConfigFile === '') return {};
  return {
    config: {
      lastReloadSuccessful: states.every(({ lastReloadSuccessful }) => lastReloadSuccessful),
      lastReloadSuccessMs: Math.max(...states.map(({ lastReloadSuccessMs }) => lastReloadSuccessMs)),
    },
  };
}

async function openRecorderOf(settings: Settings, log: Log): Promise<Recorder | undefined> {
  if (settings.sampleRecord === '') return undefined;
  return openRecorder({
    path: settings.sampleRecord,
    ...(settings.sampleAnonymize && { anonymize: createAnonymizer(randomBytes(32)) }),
    onFailure: (error) => log.error('recording stopped', { code: error.code, error: error.message }),
  });
}
