import type { ErrorCode } from '../errors.ts';
import type { Problem } from '../model/problem.ts';

const CODE: ErrorCode = 'EPH_TEXTFILE_WRITE';

/** The file calls that are made; node:fs/promises has them. */
export type TextfileFs = Pick<typeof import('node:fs/promises'), 'open' | 'rename' | 'rm'>;

/** Textfile collectors read with their own scrape, seldom more often than this; samples come faster. */
const LEAST_INTERVAL_MS = 15_000;

export interface TextfileOptions {
  readonly path: string;
  readonly fs: TextfileFs;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
}

/** Keeps a file of metrics for the textfile collector of node_exporter or windows_exporter. */
export interface Textfile {
  /**
   * Replaces the file by what `render` gives, unless that was done in the last 15 s or is under way. Never fails: the old
   * file stays, and `problems` says why.
   */
  offer(render: () => Promise<Buffer | string>): Promise<void>;
  /** Why the file could not be written the last time; empty when it could. */
  problems(): readonly Problem[];
}

export function createTextfile({ path, fs, nowMs }: TextfileOptions): Textfile {
  let startedMs = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | undefined;
  let problems: readonly Problem[] = [];

  const write = async (render: () => Promise<Buffer | string>): Promise<void> => {
    const text = await render();
    try {
      await replaceFile(fs, path, text);
      problems = [];
    } catch (error) {
      const message = `cannot write ${path}: ${(error as Error).message}; the old file stays until this works again`;
      problems = [{ piece: 'textfile', code: CODE, message }];
    }
  };

  return {
    async offer(render) {
      if (writing !== undefined || nowMs() - startedMs < LEAST_INTERVAL_MS) return;
      startedMs = nowMs();
      writing = write(render).finally(() => {
        writing = undefined;
      });
      await writing;
    },
    problems: () => problems,
  };
}

/**
 * A reader finds the old file or the new one, never a part. Not synced: after a crash of the host the content would be of
 * no worth. The file beside it does not end in `.prom`, so that no collector reads it, and is never one that was there: a
 * link in a directory that others may write would lead elsewhere.
 */
async function replaceFile(fs: TextfileFs, path: string, text: Buffer | string): Promise<void> {
  const beside = `${path}.new`;
  await fs.rm(beside, { force: true });
  try {
    const file = await fs.open(beside, 'wx', 0o644);
    try {
      await file.writeFile(text);
      // The collector runs as another user, whatever our umask is.
      await file.chmod(0o644);
    } finally {
      await file.close();
    }
    await fs.rename(beside, path);
  } catch (error) {
    await fs.rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}
