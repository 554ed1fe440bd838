import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SETTING = 'sys/net/ipv4/tcp_tw_reuse';

/** A proc root that links to the real one, but for one file that can be made to block whoever reads it. */
export interface BlockingProcRoot {
  readonly path: string;
  /** From now on a read of the proc root does not come back: the file is a FIFO that nobody writes. */
  block(): void;
  /** Puts the file back; `letGo` false leaves the threads that wait at the FIFO waiting, as a dead mount would. */
  unblock(options?: { readonly letGo: boolean }): void;
}

/** Shows the processes `pids` only. Range and settings are those of a kernel's start. */
export function makeBlockingProcRoot(path: string, pids: readonly number[]): BlockingProcRoot {
  mkdirSync(join(path, 'sys/net/ipv4'), { recursive: true });
  for (const name of readdirSync('/proc')) {
    if (name === 'sys' || (/^\d+$/.test(name) && !pids.includes(Number(name)))) continue;
    symlinkSync(join('/proc', name), join(path, name));
  }
  symlinkSync('/proc/sys/kernel', join(path, 'sys/kernel'));
  writeFileSync(join(path, 'sys/net/ipv4/ip_local_port_range'), '32768\t60999\n');
  writeFileSync(join(path, 'sys/net/ipv4/ip_local_reserved_ports'), '\n');
  const setting = join(path, SETTING);
  const putBack = (): void => writeFileSync(setting, '0\n');
  putBack();
  return {
    path,
    block() {
      rmSync(setting);
      execFileSync('mkfifo', [setting]);
    },
    unblock({ letGo } = { letGo: true }) {
      // A writer that comes and goes ends the wait of every reader; without one (ENXIO) there is nobody to let go.
      try {
        if (letGo) closeSync(openSync(setting, constants.O_WRONLY | constants.O_NONBLOCK));
      } catch {}
      rmSync(setting);
      putBack();
    },
  };
}
