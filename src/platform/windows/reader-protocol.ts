import type { Config } from '../../config/config.ts';
import type { Settings } from '../../config/settings.ts';
import type { WorkerStart } from '../worker-protocol.ts';
import type { WindowsSourceChoice } from './choose-sources.ts';

/** What the worker is started with. */
export interface WindowsReaderData extends WorkerStart {
  readonly settings: Settings;
  readonly config: Config;
  readonly choice: WindowsSourceChoice;
  /** The library of the bound tables: iphlpapi.dll, another one in tests. */
  readonly boundLibrary: string;
}
