import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface WatchFileOptions {
  readonly file: string;
  /** The file's identity, size or times differ from when it was last looked at; also when it is gone or back. */
  readonly onChange: () => void;
  /** Writers write in steps: wait for this long without an event. */
  readonly settleMs?: number;
  /** What the directory's events miss (a link into another directory, a network mount) is seen this late. */
  readonly pollMs?: number;
}

export interface FileWatch {
  close(): void;
}

/**
 * Follows a file by the events of its directory and by looking at it now and then. The directory, because editors
 * replace files and Kubernetes swaps a link (`..data`) beside the file; the events only say when to look.
 */
export function watchFile({ file, onChange, settleMs = 200, pollMs = 10_000 }: WatchFileOptions): FileWatch {
  let closed = false;
  let settle: NodeJS.Timeout | undefined;
  let seen = fingerprint(file);

  const look = async () => {
    const before = seen;
    seen = before.then(() => fingerprint(file));
    const [old, now] = await Promise.all([before, seen]);
    if (!closed && old !== now) onChange();
  };
  const poll = setInterval(() => void look(), pollMs).unref();
  const watcher = watchDirectory(dirname(file), () => {
    clearTimeout(settle);
    settle = setTimeout(() => void look(), settleMs).unref();
  });
  return {
    close() {
      closed = true;
      clearInterval(poll);
      clearTimeout(settle);
      watcher?.close();
    },
  };
}

/** Undefined where events cannot be had (no inotify watch left, no such directory): polling goes on alone. */
function watchDirectory(directory: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, { persistent: false }, onEvent);
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
}

/** Follows links, so that a swapped link shows as another inode. */
async function fingerprint(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    return String(error instanceof Error ? Reflect.get(error, 'code') : error);
  }
}
