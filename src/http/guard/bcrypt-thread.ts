import { getAsset, isSea } from 'node:sea';
import { Worker } from 'node:worker_threads';
import { ExporterError } from '../../errors.ts';

export interface BcryptQuestion {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

export interface BcryptAnswer {
  readonly id: number;
  readonly matches: boolean;
}

/** A thread that compares passwords, one after the other; it is there only while there is something to compare. */
export interface BcryptThread {
  /** @throws ExporterError EPH_PASSWORD_CHECK when the thread died */
  compare(password: string, hash: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Scrapers come every 15 to 60 s and need no comparison but their first: the thread's memory is given back. */
const IDLE_MS = 10_000;
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };

interface Waiting {
  readonly resolve: (matches: boolean) => void;
  readonly reject: (error: ExporterError) => void;
}

export function createBcryptThread(start: () => Worker = startWorker): BcryptThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  const close = async () => {
    clearTimeout(idle);
    const closing = worker;
    worker = undefined;
    await closing?.terminate();
  };
  const open = (): Worker => {
    const opened = start();
    let cause = 'it ended by itself';
    // The exporter may end while a password is being compared.
    opened.unref();
    opened.on('message', ({ id, matches }: BcryptAnswer) => {
      waiting.get(id)?.resolve(matches);
      waiting.delete(id);
      if (waiting.size === 0) idle = setTimeout(() => void close(), IDLE_MS).unref();
    });
    opened.on('error', (error) => {
      cause = error.message;
    });
    opened.on('exit', () => {
      if (worker === opened) worker = undefined;
      const error = new ExporterError('EPH_PASSWORD_CHECK', `the thread that compares passwords ended: ${cause}`);
      if (worker === undefined) for (const { reject } of waiting.values()) reject(error);
      if (worker === undefined) waiting.clear();
    });
    return opened;
  };
  return {
    compare(password, hash) {
      clearTimeout(idle);
      worker ??= open();
      const id = ++lastId;
      worker.postMessage({ id, password, hash } satisfies BcryptQuestion);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    close,
  };
}

function startWorker(): Worker {
  const options = { name: 'bcrypt', resourceLimits: RESOURCE_LIMITS, execArgv: [] };
  // In the single executable there are no modules beside this one.
  if (isSea()) return new Worker(getAsset('bcrypt-worker.js', 'utf8'), { ...options, eval: true });
  return new Worker(new URL('./bcrypt-worker.js', import.meta.url), options);
}
