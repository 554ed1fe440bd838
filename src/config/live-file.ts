import type { Log } from '../log.ts';
import { type FileWatch, watchFile } from './watch-file.ts';

/** How the last attempt to load went, for `exporter_config_last_reload_*`. */
export interface ReloadState {
  readonly lastReloadSuccessful: boolean;
  /** Wall clock of the last good load, unix ms. */
  readonly lastReloadSuccessMs: number;
}

/** What a file says, kept current. */
export interface LiveFile<Value> {
  current(): Value;
  state(): ReloadState;
  /** Reads the file now (SIGHUP). Never throws: a bad file is logged, and the old value stays. */
  reload(): Promise<void>;
  close(): void;
}

export interface LiveFileOptions<Value> {
  /** Empty: no file, the value is `empty` for good. */
  readonly file: string;
  readonly empty: Value;
  /** Tells `reads` every further file that it opens: a change of one of them is a change of this one. */
  readonly load: (file: string, reads: (path: string) => void) => Promise<Value>;
  /** Called after each good load but the first. */
  readonly onChange: (value: Value) => void;
  readonly log: Log;
  readonly wallMs: () => number;
}

/**
 * Loads the file, then follows it.
 * @throws what `load` throws, for the first load only.
 */
export async function openLiveFile<Value>(options: LiveFileOptions<Value>): Promise<LiveFile<Value>> {
  const { file, onChange, log, wallMs } = options;
  let value = options.empty;
  let state: ReloadState = { lastReloadSuccessful: true, lastReloadSuccessMs: wallMs() };
  let running: Promise<void> | undefined;
  let again = false;
  const watches = createWatches(() => void reload());

  const load = async () => {
    if (file === '') return;
    const read = new Set([file]);
    try {
      value = await options.load(file, (path) => read.add(path));
      watches.follow(read);
    } catch (error) {
      // What the old value rests on may come right again, and so may what the new one lacks.
      watches.followAlso(read);
      throw error;
    }
    state = { lastReloadSuccessful: true, lastReloadSuccessMs: wallMs() };
  };
  const loadAnew = async () => {
    try {
      await load();
      log.info('configuration reloaded', { file });
      onChange(value);
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
    if (file === '') return Promise.resolve();
    again = true;
    running ??= loadUntilSettled();
    return running;
  };

  // Watched from before the first read, so that no change falls between the two.
  if (file !== '') watches.followAlso(new Set([file]));
  const first = load();
  running = first.then(loadUntilSettled, () => {});
  try {
    await first;
  } catch (error) {
    watches.follow(new Set());
    throw error;
  }
  return { current: () => value, state: () => state, reload, close: () => watches.follow(new Set()) };
}

function createWatches(onChange: () => void) {
  const watches = new Map<string, FileWatch>();
  const followAlso = (files: ReadonlySet<string>): void => {
    for (const file of files) if (!watches.has(file)) watches.set(file, watchFile({ file, onChange }));
  };
  return {
    followAlso,
    /** These files and no others. */
    follow(files: ReadonlySet<string>): void {
      followAlso(files);
      for (const [file, watch] of watches) {
        if (files.has(file)) continue;
        watch.close();
        watches.delete(file);
      }
    },
  };
}
