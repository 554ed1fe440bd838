import { Worker } from 'node:worker_threads';
import type { LinuxReaderData } from './reader-protocol.ts';

// In the single executable there are no modules beside this one: scripts/build-exe.js puts its own in the place of this file.

/** Both are ten times what 60,000 sockets need; a reader that wants more is broken, and is replaced. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };

/** Starts the reader in a worker thread of its own. */
export function startReaderWorker(workerData: LinuxReaderData): Worker {
  const url = new URL('./reader-worker.js', import.meta.url);
  return new Worker(url, { name: 'linux-reader', workerData, resourceLimits: RESOURCE_LIMITS, execArgv: [] });
}
