import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const SETTING = 'sys/net/ipv4/tcp_tw_reuse';

/** A proc root that links to the real one, but for one file that can be made to block whoever reads it. */
export interface BlockingProcRoot {
  readonly path: string;
  /** From now on a read of the proc root does not come back: the file is a FIFO that nobody writes. */
  block(): void;
  /** Puts the file back and lets go of all who wait. */
  unblock(): void;
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
  const beside = `${setting}.new`;
  // Renamed into place: a reader finds the one or the other, never nothing.
  const putBack = (): void => {
    writeFileSync(beside, '0\n');
    renameSync(beside, setting);
  };
  putBack();
  return {
    path,
    block() {
      execFileSync('mkfifo', [beside]);
      renameSync(beside, setting);
    },
    unblock() {
      const fifo = openSync(setting, constants.O_RDWR | constants.O_NONBLOCK);
      putBack();
      // A writer that came and goes ends the wait of every reader.
      closeSync(fifo);
    },
  };
}
