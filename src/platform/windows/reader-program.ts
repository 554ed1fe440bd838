import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ProbeProgram } from './probe/run-probe.ts';
import type { WindowsReaderData } from './reader-protocol.ts';

// In the single executable there are no modules beside this one: scripts/build-exe.js puts its own in the place of this file.

/** Starts the reader in a worker thread of its own. */
export function startReaderWorker(workerData: WindowsReaderData): Worker {
  // Both limits are ten times what 60,000 sockets need; a reader that wants more is broken, and is replaced.
  const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };
  const url = new URL('./reader-worker.js', import.meta.url);
  return new Worker(url, { name: 'windows-reader', workerData, resourceLimits, execArgv: [] });
}

/** This Node on the probe module. */
export function probeProgram(): ProbeProgram {
  return { file: process.execPath, args: [fileURLToPath(new URL('./probe/probe-process.js', import.meta.url))] };
}
