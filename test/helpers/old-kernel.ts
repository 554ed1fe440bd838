import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReaderOptions } from './read-in-namespace.ts';

export interface OldKernel {
  /** Put before a command line: what runs then finds a kernel that lists no bound-only sockets. */
  readonly wrapper: readonly string[];
  remove(): void;
}

/** Builds old-kernel.c. */
export function makeOldKernel(): OldKernel {
  const directory = mkdtempSync(join(tmpdir(), 'eph-old-kernel-'));
  // Whoever runs behind the wrapper must be able to load it.
  chmodSync(directory, 0o755);
  const library = join(directory, 'old-kernel.so');
  execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'old-kernel.c')]);
  return {
    wrapper: ['env', `LD_PRELOAD=${library}`],
    remove: () => rmSync(directory, { recursive: true }),
  };
}

const PIDFD = ['--linux.bound-source=pidfd'];

/** How a reader learns of bound-only sockets: from the kernel, or on one that does not tell, by looking. */
export function boundReaders(oldKernel: OldKernel): Readonly<Record<'inet_diag' | 'pidfd', ReaderOptions>> {
  return {
    inet_diag: {},
    pidfd: { wrapper: oldKernel.wrapper, flags: PIDFD },
  };
}
