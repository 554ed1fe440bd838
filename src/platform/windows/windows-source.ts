import type { Config } from '../../config/config.ts';
import type { Settings } from '../../config/settings.ts';
import type { PortSource } from '../source.ts';
import type { WorkerStart } from '../worker-protocol.ts';
import { createWorkerSource } from '../worker-source.ts';
import type { WindowsSourceChoice } from './choose-sources.ts';
import { startReaderWorker } from './reader-program.ts';

export interface WindowsSourceOptions {
  readonly settings: Settings;
  readonly config: Config;
  /** Takes one line for the log. */
  readonly warn: (message: string) => void;
  /** `--windows.source` */
  readonly choice?: WindowsSourceChoice;
  /** The library of the bound tables; another one in tests. */
  readonly boundLibrary?: string;
}

/** Reads this Windows host in a worker thread of its own. */
export function createWindowsSource({ settings, config, warn, ...options }: WindowsSourceOptions): PortSource {
  const { choice = 'auto', boundLibrary = 'iphlpapi.dll' } = options;
  const start = ({ late }: WorkerStart) => startReaderWorker({ settings, config, choice, boundLibrary, late });
  return createWorkerSource({ name: 'windows', start, warn });
}
