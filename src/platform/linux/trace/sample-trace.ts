import { ExporterError } from '../../../errors.ts';
import type { TraceSource } from '../../../model/problem.ts';
import type { NamespaceRow, ProcessRow } from '../../../model/sample.ts';
import { readMountPoint } from '../mount-point.ts';
import { type TracedEvents, TraceEvents } from './trace-events.ts';
import { openTraceFs } from './trace-fs.ts';
import { removeTraceLeftovers, TraceInstance } from './trace-instance.ts';
import { TraceReader } from './trace-reader.ts';
import { openTaskFs, TraceTasks } from './trace-tasks.ts';

export interface TraceOptions {
  readonly procRoot: string;
  readonly describe: (pid: number) => ProcessRow | undefined;
  /** Boot clock, ms. */
  readonly bootMs: () => number;
}

/** A trace as a reader sees it. */
export interface ReaderTrace extends Pick<SampleTrace, 'take' | 'poll' | 'close'> {
  /** Where events come from while it tells none. */
  readonly standIn: TraceSource;
  /** Whether detail is wished for; true when `take` is to be asked for this sample. */
  follow(isWished: boolean): boolean;
}

const RETRY_AFTER_MS = 60_000;

/** A trace that is started with the first need and again a minute after it failed. */
export class SampleTrace {
  readonly standIn = 'none';
  readonly #open: () => TraceEvents;
  readonly #bootMs: () => number;
  #events: TraceEvents | undefined;
  #failure: ExporterError | undefined;
  #retryAtMs = Number.NEGATIVE_INFINITY;

  constructor(open: () => TraceEvents, bootMs: () => number) {
    this.#open = open;
    this.#bootMs = bootMs;
  }

  /** Always there: it was switched on by hand. */
  follow(_isWished: boolean): boolean {
    return true;
  }

  /** Starts the trace, or reads what has come; does nothing while a failure is recent. */
  poll(): void {
    if (this.#events === undefined) this.#start();
    this.#events?.poll();
  }

  /**
   * What was seen since the last sample.
   * @throws ExporterError EPH_TRACE_UNAVAILABLE
   */
  take(namespaces: readonly NamespaceRow[], processes: readonly ProcessRow[]): TracedEvents {
    this.poll();
    const taken = this.#events?.take(namespaces, processes);
    const [problem] = taken?.problems ?? [];
    if (problem !== undefined) this.#fail(new ExporterError('EPH_TRACE_UNAVAILABLE', problem.message));
    if (taken === undefined || problem !== undefined)
      throw this.#failure ?? new Error('a trace that did not start has failed');
    return taken;
  }

  close(): void {
    this.#events?.close();
    this.#events = undefined;
  }

  #start(): void {
    if (this.#bootMs() < this.#retryAtMs) return;
    try {
      this.#events = this.#open();
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      this.#fail(error);
    }
  }

  #fail(error: ExporterError): void {
    this.close();
    this.#failure = error;
    this.#retryAtMs = this.#bootMs() + RETRY_AFTER_MS;
  }
}

/** {@link SampleTrace} over this host's tracefs. */
export function openSampleTrace({ procRoot, describe, bootMs }: TraceOptions): SampleTrace {
  const open = () => {
    const fs = openTraceFs(findTracefs(procRoot));
    const instance = TraceInstance.open(fs, `${process.pid}`);
    const tasks = new TraceTasks(openTaskFs(procRoot, fs));
    return new TraceEvents({ reader: new TraceReader(instance), tasks, describe, bootMs });
  };
  return new SampleTrace(open, bootMs);
}

/** Removes the trace of a reader that was stopped without being asked, as far as it can. */
export function cleanUpTrace(procRoot: string): void {
  const root = readMountPoint(procRoot, 'tracefs');
  if (root === '') return;
  try {
    removeTraceLeftovers(openTraceFs(root));
  } catch {
    // Who may not list instances could not make one.
  }
}

function findTracefs(procRoot: string): string {
  const root = readMountPoint(procRoot, 'tracefs');
  if (root !== '') return root;
  throw new ExporterError(
    'EPH_TRACE_UNAVAILABLE',
    'no tracefs is mounted: mount -t tracefs nodev /sys/kernel/tracing, or switch the trace off',
  );
}
