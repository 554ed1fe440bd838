import { getAsset } from 'node:sea';
import { Worker } from 'node:worker_threads';
import type { ProbeProgram } from '../probe/run-probe.ts';
import type { WindowsReaderData } from '../reader-protocol.ts';

/** First argument of the executable when it is to be the probe process; no user's command. */
export const PROBE_ARGUMENT = '--probe-native-calls';

/** Starts the reader in a worker thread of its own, from the source inside the executable. */
export function startReaderWorker(workerData: WindowsReaderData): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };
  const source = getAsset('reader-worker.js', 'utf8');
  return new Worker(source, { eval: true, name: 'windows-reader', workerData, resourceLimits, execArgv: [] });
}

/** This executable in another role. */
export function probeProgram(): ProbeProgram {
  return { file: process.execPath, args: [PROBE_ARGUMENT] };
}
