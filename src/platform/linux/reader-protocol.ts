import type { Config } from '../../config/config.ts';
import type { Settings } from '../../config/settings.ts';
import type { WorkerStart } from '../worker-protocol.ts';

/** What the worker is started with. */
export interface LinuxReaderData extends WorkerStart {
  readonly settings: Settings;
  readonly config: Config;
}
