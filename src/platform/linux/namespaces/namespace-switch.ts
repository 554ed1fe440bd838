import { closeSync, fstatSync, openSync } from 'node:fs';
import { ExporterError } from '../../../errors.ts';
import { errnoName, type Libc } from '../libc.ts';

const CLONE_NEWNET = 0x4000_0000;

/** A way into another network namespace, by one of its processes. */
export interface NamespaceDoor {
  readonly pid: number;
  /** Decimal inode that the namespace must have. */
  readonly inode: string;
}

/**
 * Runs something in another network namespace, on the calling thread and within one synchronous call, so that no other
 * thread can be made in between: a new thread begins in the namespace of the one that makes it.
 */
export class NamespaceSwitch {
  readonly #libc: Pick<Libc, 'setns' | 'errno'>;
  readonly #procRoot: string;
  readonly #home: number;

  /** `thread-self`, for `self` is the main thread. @throws ExporterError as {@link within} */
  constructor(libc: Pick<Libc, 'setns' | 'errno'>, procRoot: string) {
    this.#libc = libc;
    this.#procRoot = procRoot;
    this.#home = openLink(`${procRoot}/thread-self/ns/net`);
  }

  /**
   * What `work` returns; it must not wait for anything.
   * @throws ExporterError EPH_NAMESPACE_GONE, EPH_NAMESPACE_REFUSED or EPH_NAMESPACE_FAILED when the namespace cannot be
   * entered; what `work` throws; a plain Error when there is no way back, which must end the thread.
   */
  within<T>(door: NamespaceDoor, work: () => T): T {
    this.#enter(door);
    try {
      return work();
    } finally {
      this.#goHome();
    }
  }

  close(): void {
    closeSync(this.#home);
  }

  #enter({ pid, inode }: NamespaceDoor): void {
    const fd = openLink(`${this.#procRoot}/${pid}/ns/net`);
    try {
      // The process may have ended, and its number gone to one that lives elsewhere.
      if (String(fstatSync(fd).ino) !== inode) throw failure('ENOENT', 'its process is no longer there');
      if (this.#libc.setns(fd, CLONE_NEWNET) !== 0) throw failure(errnoName(this.#libc.errno()), 'setns');
    } finally {
      closeSync(fd);
    }
  }

  #goHome(): void {
    if (this.#libc.setns(this.#home, CLONE_NEWNET) === 0) return;
    throw new Error(`no way back to our own network namespace: ${errnoName(this.#libc.errno())}`);
  }
}

function openLink(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw failure(error instanceof Error && 'code' in error ? String(error.code) : String(error), path);
  }
}

function failure(errno: string, what: string): ExporterError {
  if (errno === 'ENOENT' || errno === 'ESRCH') {
    return new ExporterError('EPH_NAMESPACE_GONE', 'a network namespace went away while it was being read');
  }
  if (errno === 'EPERM' || errno === 'EACCES') {
    return new ExporterError('EPH_NAMESPACE_REFUSED', `a network namespace may not be entered (${what}: ${errno})`);
  }
  return new ExporterError('EPH_NAMESPACE_FAILED', `a network namespace cannot be entered (${what}: ${errno})`);
}
