import type { Config } from '../../config/config.ts';
import type { Settings } from '../../config/settings.ts';
import type { PortSource } from '../source.ts';
import { createWorkerSource } from '../worker-source.ts';
import { startReaderWorker } from './start-reader.ts';
import { cleanUpTrace } from './trace/sample-trace.ts';

export interface LinuxSourceOptions {
  readonly settings: Settings;
  readonly config: Config;
  /** Takes one line for the log. */
  readonly warn: (message: string) => void;
}

/** Reads this Linux host in a worker thread of its own. */
export function createLinuxSource({ settings, config, warn }: LinuxSourceOptions): PortSource {
  return createWorkerSource({
    name: 'linux',
    start: ({ late }) => startReaderWorker({ settings, config, late }),
    warn,
    ...(settings.linuxTrace !== 'off' && { tidyUp: () => cleanUpTrace(settings.procfs) }),
  });
}
