import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Sickness = 'ENOMEM' | 'ENOBUFS' | 'EINTR' | 'DUMP_INTR' | 'CUT';

/** A kernel that socket dumps can be made to fail on. */
export interface SickKernel {
  /** Put before a command line. */
  readonly wrapper: readonly string[];
  suffer(sickness: Sickness): void;
  recover(): void;
}

/** Builds sick-kernel.c below `directory`. */
export function makeSickKernel(directory: string): SickKernel {
  const library = join(directory, 'sick-kernel.so');
  const file = join(directory, 'sickness');
  execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'sick-kernel.c')]);
  return {
    wrapper: ['env', `LD_PRELOAD=${library}`, `SICK_KERNEL_FILE=${file}`],
    suffer: (sickness) => writeFileSync(file, sickness),
    recover: () => rmSync(file),
  };
}
