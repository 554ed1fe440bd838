import { getAsset } from 'node:sea';
import { Worker } from 'node:worker_threads';
import type { LinuxReaderData } from '../reader-protocol.ts';

const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };

/** Starts the reader in a worker thread of its own, from the source inside the executable. */
export function startReaderWorker(workerData: LinuxReaderData): Worker {
  const source = getAsset('reader-worker.js', 'utf8');
  const limits = { resourceLimits: RESOURCE_LIMITS, execArgv: [] };
  return new Worker(source, { eval: true, name: 'linux-reader', workerData, ...limits });
}
