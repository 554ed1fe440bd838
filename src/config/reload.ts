import { type Config, EMPTY_CONFIG } from './config.ts';
import { type LiveFile, type LiveFileOptions, openLiveFile } from './live-file.ts';
import { loadConfig } from './load.ts';

/** A config that stays current. */
export type LiveConfig = LiveFile<Config>;

/**
 * Loads the config file, then follows it.
 * @throws ExporterError EPH_CONFIG_UNREADABLE, EPH_CONFIG_INVALID for the first load only.
 */
export function openLiveConfig(options: Omit<LiveFileOptions<Config>, 'empty' | 'load'>): Promise<LiveConfig> {
  return openLiveFile({ ...options, empty: EMPTY_CONFIG, load: loadConfig });
}
