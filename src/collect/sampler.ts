import { ExporterError } from '../errors.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import type { PortSource, ReadWishes } from '../platform/source.ts';
import type { CpuBudget } from './cpu-budget.ts';
import { failedReport } from './failed-report.ts';
import { singleFlight } from './single-flight.ts';

/** A scrape that finds the last sample older than this has a new one taken, if the budget allows. */
const FRESH_MS = 1_000;

/** Time a reading of the timer's may take before what is ready is returned. */
const READING_TIMEOUT_MS = 10_000;

/** Time a reading under way has to end when the exporter does. */
const STOP_MS = 2_000;

export interface SamplerOptions {
  readonly source: PortSource;
  /** Ledger and analysis: what a sample means. */
  readonly judge: (sample: Sample) => Promise<Report>;
  readonly budget: CpuBudget;
  /** Asked before each reading. */
  readonly wishes: () => ReadWishes;
  /** Monotonic time, ms. */
  readonly nowMs: () => number;
  /** False for a replay, whose samples come at their own pace. */
  readonly scrapesForceSamples: boolean;
  /** ms until the next reading; undefined when there is no next one (a replay at its end). */
  readonly nextDelayMs: () => number | undefined;
  /** Called with every sample before it is judged. */
  readonly onSample: (sample: Sample) => Promise<void>;
  /** Called with every report once it stands, that of a failed reading too. */
  readonly onReport: (report: Report) => void;
  /** Called when a reading failed altogether. */
  readonly onFailure: (error: ExporterError) => void;
}

/** Reads the host on its own timer and on request, one reading at a time, and keeps the last report. */
export interface Sampler {
  start(): void;
  /** Waits a moment for a reading under way, then closes the source. @throws ExporterError as the source's `close` */
  stop(): Promise<void>;
  /** The newest report; undefined before the first reading has ended. */
  latest(): Report | undefined;
  /**
   * A report for a scrape, at the latest after `timeoutMs`: fresh when the last is older than 1 s and the budget allows,
   * else the last one; undefined only when no reading has ended until then.
   */
  report(timeoutMs: number): Promise<Report | undefined>;
  /** Runs `work` while no sample is being judged, so that it sees the ledger whole. */
  whenSettled<T>(work: () => T): Promise<T>;
}

/**
 * A reading that fails with an ExporterError leaves the last report standing, marked as failed. Any other error is a defect
 * of ours and is thrown on, to end the program: a supervisor restarts it, and the ledger's journal remembers.
 */
export function createSampler(options: SamplerOptions): Sampler {
  const { source, judge, budget, nowMs } = options;
  let latest: Report | undefined;
  let judgedAtMs = Number.NEGATIVE_INFINITY;
  let timeoutMs = READING_TIMEOUT_MS;
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  const flight = singleFlight(async () => {
    clearTimeout(timer);
    budget.sampleBegins();
    try {
      const sample = await source.read(AbortSignal.timeout(timeoutMs), options.wishes());
      await options.onSample(sample);
      latest = await judge(sample);
      judgedAtMs = nowMs();
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      options.onFailure(error);
      latest = failedReport(latest, error);
    } finally {
      budget.sampleEnds();
      schedule();
    }
    options.onReport(latest);
  });

  const schedule = (): void => {
    const delayMs = options.nextDelayMs();
    if (running && delayMs !== undefined) timer = setTimeout(readOnTimer, delayMs);
  };
  const readOnTimer = (): void => {
    timeoutMs = READING_TIMEOUT_MS;
    flight.join().catch(endProgram);
  };

  return {
    start() {
      running = true;
      readOnTimer();
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      await within(STOP_MS, flight.settled());
      await source.close();
    },
    latest: () => latest,
    async report(withinMs) {
      const isStale = nowMs() - judgedAtMs >= FRESH_MS;
      if (latest === undefined) {
        await within(withinMs, flight.settled());
      } else if (isStale && options.scrapesForceSamples && budget.allowsExtraSample()) {
        timeoutMs = withinMs;
        await within(withinMs, flight.join());
      }
      return latest;
    },
    async whenSettled(work) {
      await flight.settled();
      return work();
    },
  };
}

function endProgram(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
