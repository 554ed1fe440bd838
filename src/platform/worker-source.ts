import type { Worker } from 'node:worker_threads';
import { type ErrorCode, ExporterError } from '../errors.ts';
import type { Sample } from '../model/sample.ts';
import { RestartDelay } from './restart-delay.ts';
import type { PortSource, ReadWishes } from './source.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker-protocol.ts';

const DEFAULT_GRACE_MS = 2_000;
// Two steps that together with the end of a reading stay below what a supervisor waits for.
const CLOSE_MS = 1_000;
const TERMINATE_MS = 500;

export interface WorkerSourceOptions {
  readonly name: string;
  readonly start: (data: WorkerStart) => Worker;
  /** Takes one line for the log. */
  readonly warn: (message: string) => void;
  /** Clears away, at the end, what a worker that was ended by force may have left. */
  readonly tidyUp?: () => void;
  /** How long after its deadline a reading may still answer. */
  readonly graceMs?: number;
  /** Monotonic, ms. */
  readonly nowMs?: () => number;
}

interface PendingRead {
  readonly id: number;
  readonly resolve: (sample: Sample) => void;
  readonly reject: (error: ExporterError) => void;
}

/** Reads the host in a worker thread of its own, which is replaced, after a {@link RestartDelay}, when it dies or hangs. */
export function createWorkerSource(options: WorkerSourceOptions): PortSource {
  return new WorkerSource(options);
}

class WorkerSource implements PortSource {
  readonly name: string;
  private readonly options: WorkerSourceOptions;
  private readonly late = new Int32Array(new SharedArrayBuffer(4));
  private readonly restart: RestartDelay;
  private worker: Worker | undefined;
  /** Every thread that has not ended yet, given up or not. */
  private readonly threads = new Set<Worker>();
  private pending: PendingRead | undefined;
  private lastId = 0;
  private lastNotice = '';

  constructor(options: WorkerSourceOptions) {
    this.name = options.name;
    this.options = options;
    this.restart = new RestartDelay(options.nowMs);
  }

  async read(deadline: AbortSignal, wishes: ReadWishes = { detail: false }): Promise<Sample> {
    if (this.pending !== undefined) throw new ExporterError('EPH_READER_TIMEOUT', 'a reading is still under way');
    const worker = this.worker ?? this.startWorker();
    const id = ++this.lastId;
    let graceTimer: NodeJS.Timeout | undefined;
    const onDeadline = (): void => {
      Atomics.store(this.late, 0, id);
      send(worker, { kind: 'late', id });
      graceTimer = setTimeout(() => this.giveUp(worker), this.options.graceMs ?? DEFAULT_GRACE_MS);
    };
    try {
      return await new Promise<Sample>((resolve, reject) => {
        this.pending = { id, resolve, reject };
        send(worker, { kind: 'read', id, wishes });
        if (deadline.aborted) onDeadline();
        else deadline.addEventListener('abort', onDeadline);
      });
    } finally {
      clearTimeout(graceTimer);
      deadline.removeEventListener('abort', onDeadline);
    }
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.drop(new ExporterError('EPH_SOURCE_UNAVAILABLE', 'the source was closed'));
    // It may have a trace to remove or a child program to end.
    if (worker !== undefined) send(worker, { kind: 'close' });
    let ended = await this.allEnd(CLOSE_MS);
    if (!ended) {
      for (const thread of this.threads) void thread.terminate();
      ended = await this.allEnd(TERMINATE_MS);
    }
    this.options.tidyUp?.();
    if (ended) return;
    const message = 'a thread of the reader is blocked in the kernel and cannot be ended';
    throw new ExporterError('EPH_READER_TIMEOUT', message);
  }

  private async allEnd(withinMs: number): Promise<boolean> {
    const ends = [...this.threads].map((thread) => new Promise((resolve) => thread.once('exit', resolve)));
    let timer: NodeJS.Timeout | undefined;
    const inTime = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, withinMs, false);
    });
    const ended = await Promise.race([Promise.all(ends).then(() => true), inTime]);
    clearTimeout(timer);
    return ended;
  }

  private startWorker(): Worker {
    this.restart.check();
    const worker = this.options.start({ late: this.late });
    let cause = 'it ended by itself';
    worker.on('message', (answer: WorkerAnswer) => this.receive(worker, answer));
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

  private receive(worker: Worker, answer: WorkerAnswer): void {
    if (worker !== this.worker) return;
    if (answer.kind === 'ready') this.announce(answer.notice);
    else if (answer.kind === 'failed' && answer.id === 0) this.fail(worker, answer.code, answer.message);
    else if (answer.id === this.pending?.id) {
      const { resolve, reject } = this.pending;
      this.pending = undefined;
      if (answer.kind === 'failed') {
        reject(new ExporterError(answer.code, answer.message));
        return;
      }
      this.restart.reset();
      resolve(answer.sample);
    }
  }

  /** Once, not again for each replaced worker. */
  private announce(notice: string): void {
    if (notice !== '' && notice !== this.lastNotice) this.options.warn(notice);
    this.lastNotice = notice;
  }

  private giveUp(worker: Worker): void {
    this.fail(worker, 'EPH_READER_TIMEOUT', 'the reader worker hangs; it is replaced');
  }

  private fail(worker: Worker, code: ErrorCode, message: string): void {
    if (worker !== this.worker) return;
    this.restart.delay();
    this.drop(new ExporterError(code, message));
    // Not awaited: a thread that is blocked in the kernel ends only when it comes back.
    void worker.terminate();
  }

  private drop(error: ExporterError): void {
    const { pending } = this;
    this.worker = undefined;
    this.pending = undefined;
    pending?.reject(error);
  }
}

function send(worker: Worker, request: WorkerRequest): void {
  worker.postMessage(request);
}
