import { appendFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { ExporterError } from '../errors.ts';
import type { LogWriter } from '../log.ts';

/** Two files of this size at most: FILE, and FILE.1 with what came before. */
const LONGEST_LOG_BYTES = 10 * 1024 * 1024;

/** Lines name processes and remotes: they are not for everybody. */
const MODE = 0o640;

export interface LogFileOptions {
  readonly path: string;
  /** Gets the lines that the file does not take later on: a full disk must not stop the measuring. */
  readonly spare: LogWriter;
  readonly longestBytes?: number;
}

/**
 * Appends lines to a file, which becomes FILE.1 when it is full. It is opened for each line, so that another program may
 * move it away at any time.
 * @throws ExporterError EPH_LOG_WRITE when nothing can be written there at the start.
 */
export function openLogFile({ path, spare, longestBytes = LONGEST_LOG_BYTES }: LogFileOptions): LogWriter {
  const sizeNow = (): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  try {
    // A pipe that nobody reads would block the exporter at its first line.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw new Error(`${path} is no regular file`);
    appendFileSync(path, '', { mode: MODE });
  } catch (error) {
    const message = `--log.file: ${messageOf(error)}; name a file that this account may write, or use stderr`;
    throw new ExporterError('EPH_LOG_WRITE', message, { cause: error });
  }
  return (line, level) => {
    try {
      if (sizeNow() + Buffer.byteLength(line) > longestBytes) beginAnew(path);
      appendFileSync(path, line, { mode: MODE });
    } catch {
      spare(line, level);
    }
  };
}

/** The bound holds even where the folder lets nobody rename: then the old lines are lost. */
function beginAnew(path: string): void {
  try {
    renameSync(path, `${path}.1`);
  } catch {
    truncateSync(path);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
