import { performance } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import { type ErrorCode, ExporterError } from '../errors.ts';
import type { Sample } from '../model/sample.ts';
import type { PortSource } from './source.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.ts';

const DEFAULT_GRACE_MS = 2_000;
const CLOSE_MS = 1_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export interface WorkerSourceOptions {
  readonly name: string;
  readonly start: () => Worker;
  /** Takes one line for the log. */
  readonly warn: (message: string) => void;
  /** How long after its deadline a reading may still answer. */
  readonly graceMs?: number;
  /** Monotonic, ms. */
  readonly nowMs?: () => number;
}

interface Pending {
  readonly id: number;
  readonly resolve: (sample: Sample) => void;
  readonly reject: (error: ExporterError) => void;
}

/**
 * Reads the host in a worker thread of its own, which is replaced when it dies or hangs: at once the first time, then after
 * 1 s, doubling up to 30 s until a reading succeeds.
 */
export function createWorkerSource(options: WorkerSourceOptions): PortSource {
  const { name, warn, graceMs = DEFAULT_GRACE_MS, nowMs = () => performance.now() } = options;
  let worker: Worker | undefined;
  let pending: Pending | undefined;
  let lastId = 0;
  let lastNotice = '';
  let failures = 0;
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  const drop = (error: ExporterError): void => {
    const dropped = pending;
    worker = undefined;
    pending = undefined;
    dropped?.reject(error);
  };
  const fail = (failed: Worker, code: ErrorCode, message: string): void => {
    if (failed !== worker) return;
    notBeforeMs = nowMs() + (failures === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)));
    failures++;
    drop(new ExporterError(code, message));
    // Not awaited: a thread that is blocked in a system call ends only when it comes back.
    void failed.terminate();
  };
  const receive = (from: Worker, answer: WorkerAnswer): void => {
    if (from !== worker) return;
    if (answer.kind === 'ready') {
      if (answer.notice !== '' && answer.notice !== lastNotice) warn(answer.notice);
      lastNotice = answer.notice;
    } else if (answer.kind === 'failed' && answer.id === 0) {
      fail(from, answer.code, answer.message);
    } else if (answer.id === pending?.id) {
      const { resolve, reject } = pending;
      pending = undefined;
      if (answer.kind === 'failed') {
        reject(new ExporterError(answer.code, answer.message));
      } else {
        failures = 0;
        resolve(answer.sample);
      }
    }
  };
  const startWorker = (): Worker => {
    const waitMs = notBeforeMs - nowMs();
    if (waitMs > 0) {
      const message = `the reader worker failed ${failures} times; tried again in ${Math.ceil(waitMs / 1_000)} s`;
      throw new ExporterError('EPH_READER_CRASHED', message);
    }
    const started = options.start();
    let cause = 'it ended by itself';
    started.on('message', (answer: WorkerAnswer) => receive(started, answer));
    started.on('error', (error) => {
      cause = error.message;
    });
    started.on('exit', () => fail(started, 'EPH_READER_CRASHED', `the reader worker died: ${cause}; it is replaced`));
    worker = started;
    return started;
  };

  return {
    name,
    async read(deadline) {
      if (pending !== undefined) throw new ExporterError('EPH_READER_TIMEOUT', 'a reading is still under way');
      const reader = worker ?? startWorker();
      const id = ++lastId;
      let graceTimer: NodeJS.Timeout | undefined;
      const send = (request: WorkerRequest): void => reader.postMessage(request);
      const onDeadline = (): void => {
        send({ kind: 'late', id });
        const message = 'the reader worker hangs; it is replaced';
        graceTimer = setTimeout(() => fail(reader, 'EPH_READER_TIMEOUT', message), graceMs);
      };
      try {
        return await new Promise<Sample>((resolve, reject) => {
          pending = { id, resolve, reject };
          send({ kind: 'read', id });
          if (deadline.aborted) onDeadline();
          else deadline.addEventListener('abort', onDeadline);
        });
      } finally {
        clearTimeout(graceTimer);
        deadline.removeEventListener('abort', onDeadline);
      }
    },
    async close() {
      const closing = worker;
      drop(new ExporterError('EPH_SOURCE_UNAVAILABLE', 'the source was closed'));
      if (closing === undefined) return;
      // It has a child program to end; one that does not answer is ended itself.
      const ended = new Promise<void>((resolve) => {
        closing.once('exit', () => resolve());
      });
      closing.postMessage({ kind: 'close' } satisfies WorkerRequest);
      const timer = setTimeout(() => void closing.terminate(), CLOSE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
