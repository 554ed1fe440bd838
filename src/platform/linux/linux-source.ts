import { Worker } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import type { Settings } from '../../config/settings.ts';
import { ExporterError } from '../../errors.ts';
import type { Sample } from '../../model/sample.ts';
import type { PortSource, ReadWishes } from '../source.ts';
import type { ReaderMessage, ReaderWorkerData, ReadRequest } from './reader-protocol.ts';
import { RestartDelay } from './restart-delay.ts';
import { cleanUpTrace } from './sample-trace.ts';

export interface LinuxSourceOptions {
  readonly settings: Settings;
  readonly config: Config;
  /** Takes one line for the log. */
  readonly warn: (message: string) => void;
  /** The worker's module; another one in tests. */
  readonly workerUrl?: URL;
  /** How long after its deadline a reading may still answer. */
  readonly graceMs?: number;
}

interface PendingRead {
  readonly id: number;
  readonly resolve: (sample: Sample) => void;
  readonly reject: (error: ExporterError) => void;
}

// Both are ten times what 60,000 sockets need; a reader that wants more is broken, and is replaced.
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };
const DEFAULT_GRACE_MS = 2000;
const CLOSE_MS = 1000;

/** Reads this host in a worker thread of its own, which is replaced when it dies or hangs. */
export class LinuxSource implements PortSource {
  readonly name = 'linux';
  private readonly options: LinuxSourceOptions;
  private readonly late = new Int32Array(new SharedArrayBuffer(4));
  private readonly restart = new RestartDelay();
  private worker: Worker | undefined;
  /** Every thread that has not ended yet, given up or not. */
  private readonly threads = new Set<Worker>();
  private pending: PendingRead | undefined;
  private lastId = 0;
  private lastNotice = '';

  constructor(options: LinuxSourceOptions) {
    this.options = options;
  }

  async read(deadline: AbortSignal, wishes: ReadWishes = { detail: false }): Promise<Sample> {
    if (this.pending !== undefined) throw new ExporterError('EPH_READER_TIMEOUT', 'a reading is still under way');
    const worker = this.worker ?? this.startWorker();
    const id = ++this.lastId;
    let graceTimer: NodeJS.Timeout | undefined;
    const onDeadline = () => {
      Atomics.store(this.late, 0, id);
      graceTimer = setTimeout(() => this.giveUp(worker), this.options.graceMs ?? DEFAULT_GRACE_MS);
    };
    try {
      return await new Promise<Sample>((resolve, reject) => {
        this.pending = { id, resolve, reject };
        if (deadline.aborted) onDeadline();
        else deadline.addEventListener('abort', onDeadline);
        worker.postMessage({ id, wishes } satisfies ReadRequest);
      });
    } finally {
      clearTimeout(graceTimer);
      deadline.removeEventListener('abort', onDeadline);
    }
  }

  async close(): Promise<void> {
    this.drop(new ExporterError('EPH_SOURCE_UNAVAILABLE', 'the source was closed'));
    const ended = Promise.all([...this.threads].map((thread) => thread.terminate()));
    const inTime = new Promise<'late'>((resolve) => setTimeout(resolve, CLOSE_MS, 'late').unref());
    const isLate = (await Promise.race([ended, inTime])) === 'late';
    // A terminated thread cannot tidy up, but its descriptors are closed by now.
    if (this.options.settings.linuxTrace !== 'off') cleanUpTrace(this.options.settings.procfs);
    if (!isLate) return;
    const message = 'a thread of the reader is blocked in the kernel and cannot be ended';
    throw new ExporterError('EPH_READER_TIMEOUT', message);
  }

  private startWorker(): Worker {
    this.restart.check();
    const { settings, config } = this.options;
    const workerData: ReaderWorkerData = { settings, config, late: this.late };
    const url = this.options.workerUrl ?? new URL('./reader-worker.js', import.meta.url);
    const limits = { resourceLimits: RESOURCE_LIMITS, execArgv: [] };
    const worker = new Worker(url, { name: 'linux-reader', workerData, ...limits });
    let cause = 'it ended by itself';
    worker.on('message', (message: ReaderMessage) => this.receive(worker, message));
    worker.on('error', (error) => {
      cause = error.message;
    });
    worker.on('exit', () => {
      this.threads.delete(worker);
      this.fail(worker, 'EPH_READER_CRASHED', `the reader worker died: ${cause}; it is replaced`);
    });
    this.threads.add(worker);
    this.worker = worker;
    return worker;
  }

  private receive(worker: Worker, message: ReaderMessage): void {
    if (worker !== this.worker) return;
    if (message.kind === 'ready') this.announce(message.notice);
    else if (message.id === this.pending?.id) {
      const { resolve } = this.pending;
      this.pending = undefined;
      this.restart.reset();
      resolve(message.sample);
    }
  }

  /** Once, not again for each replaced worker. */
  private announce(notice: string): void {
    if (notice !== '' && notice !== this.lastNotice) this.options.warn(notice);
    this.lastNotice = notice;
  }

  private giveUp(worker: Worker): void {
    this.fail(worker, 'EPH_READER_TIMEOUT', 'the reader worker hangs; it is replaced');
    // Not awaited: a thread that is blocked in the kernel ends only when it comes back.
    void worker.terminate();
  }

  private fail(worker: Worker, code: 'EPH_READER_CRASHED' | 'EPH_READER_TIMEOUT', message: string): void {
    if (worker !== this.worker) return;
    this.restart.delay();
    this.drop(new ExporterError(code, message));
  }

  private drop(error: ExporterError): void {
    const { pending } = this;
    this.worker = undefined;
    this.pending = undefined;
    pending?.reject(error);
  }
}
