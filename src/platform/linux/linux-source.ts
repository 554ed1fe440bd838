import { Worker } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import type { Settings } from '../../config/settings.ts';
import type { PortSource } from '../source.ts';
import { createWorkerSource } from '../worker-source.ts';
import type { LinuxReaderData } from './reader-protocol.ts';
import { cleanUpTrace } from './sample-trace.ts';

// Both are ten times what 60,000 sockets need; a reader that wants more is broken, and is replaced.
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };

export interface LinuxSourceOptions {
  readonly settings: Settings;
  readonly config: Config;
  /** Takes one line for the log. */
  readonly warn: (message: string) => void;
}

/** Reads this Linux host in a worker thread of its own. */
export function createLinuxSource({ settings, config, warn }: LinuxSourceOptions): PortSource {
  const url = new URL('./reader-worker.js', import.meta.url);
  return createWorkerSource({
    name: 'linux',
    start: ({ late }) => {
      const workerData: LinuxReaderData = { settings, config, late };
      return new Worker(url, { name: 'linux-reader', workerData, resourceLimits: RESOURCE_LIMITS, execArgv: [] });
    },
    warn,
    ...(settings.linuxTrace !== 'off' && { tidyUp: () => cleanUpTrace(settings.procfs) }),
  });
}
