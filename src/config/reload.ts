import type { Log } from '../log.ts';
import { type Config, EMPTY_CONFIG } from './config.ts';
import { loadConfig } from './load.ts';
import { watchFile } from './watch-file.ts';

/** How the last attempt to load went, for `exporter_config_last_reload_*`. */
export interface ReloadState {
  readonly lastReloadSuccessful: boolean;
  /** Wall clock of the last good load, unix ms. */
  readonly lastReloadSuccessMs: number;
}

/** A config that stays current. */
export interface LiveConfig {
  current(): Config;
  state(): ReloadState;
  /** Reads the file now (SIGHUP). Never throws: a bad file is logged, and the old config stays. */
  reload(): Promise<void>;
  close(): void;
}

export interface LiveConfigOptions {
  /** Empty: no file, the config is empty for good. */
  readonly file: string;
  /** Called after each good load but the first. */
  readonly onChange: (config: Config) => void;
  readonly log: Log;
  readonly wallMs: () => number;
}

/**
 * Loads the config file, then follows it.
 * @throws ExporterError EPH_CONFIG_UNREADABLE, EPH_CONFIG_INVALID for the first load only.
 */
export async function openLiveConfig({ file, onChange, log, wallMs }: LiveConfigOptions): Promise<LiveConfig> {
  let config = EMPTY_CONFIG;
  let state: ReloadState = { lastReloadSuccessful: true, lastReloadSuccessMs: wallMs() };
  let running: Promise<void> | undefined;
  let again = false;

  const load = async () => {
    if (file !== '') config = await loadConfig(file);
    state = { lastReloadSuccessful: true, lastReloadSuccessMs: wallMs() };
  };
  const loadAnew = async () => {
    try {
      await load();
      log.info('configuration reloaded', { file });
      onChange(config);
    } catch (error) {
      state = { ...state, lastReloadSuccessful: false };
      const text = error instanceof Error ? error.message : String(error);
      log.error('configuration not reloaded, the old one stays', { file, error: text });
    }
  };
  // A call that comes while the file is being read must see what was written since: one more read follows.
  const loadUntilSettled = async () => {
    while (again) {
      again = false;
      await loadAnew();
    }
    running = undefined;
  };
  const reload = () => {
    if (file === '') {
      log.info('no configuration file to reload');
      return Promise.resolve();
    }
    again = true;
    running ??= loadUntilSettled();
    return running;
  };

  // Watched from before the first read, so that no change falls between the two.
  const watch = file === '' ? undefined : watchFile({ file, onChange: () => void reload() });
  const first = load();
  running = first.then(loadUntilSettled, () => {});
  try {
    await first;
  } catch (error) {
    watch?.close();
    throw error;
  }
  return { current: () => config, state: () => state, reload, close: () => watch?.close() };
}
