import { fstatSync } from 'node:fs';
import { ExporterError } from '../../../errors.ts';
import { errnoName, type Libc } from '../libc.ts';
import { AF_INET, AF_INET6, IPPROTO_TCP } from '../netlink/diag-request.ts';
import { type BoundSocket, decodeName, isFresh } from './bound-socket.ts';

/** What one look at a descriptor told: `other` is no TCP socket and will never be one. */
export type ForeignLook = BoundSocket | 'unbound' | 'other' | 'gone' | 'refused';

/** A process that is looked into; holds a handle on the process, never on anything of its. */
export interface ForeignProcess {
  /** @throws ExporterError EPH_BOUND_INVISIBLE when the system cannot do it at all. */
  look(fd: number): ForeignLook;
  close(): void;
}

export interface ForeignSockets {
  /** @throws ExporterError EPH_BOUND_INVISIBLE when the system cannot do it at all. */
  open(pid: number): ForeignProcess | 'gone';
}

// The same numbers on every architecture, from Linux 5.3 and 5.6.
const SYS_PIDFD_OPEN = 434;
const SYS_PIDFD_GETFD = 438;
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const SO_COOKIE = 57;
const SOCK_STREAM = 1;
const IPPROTO_MPTCP = 262;
const TCP_INFO = 11;
const EPERM = 1;
const GONE = [3, 9]; // ESRCH, EBADF

/**
 * Looks at sockets of other processes by a duplicate of one descriptor at a time, made, asked and closed within one call:
 * while it is open, the socket would outlive its owner.
 */
export function openForeignSockets(libc: Libc): ForeignSockets {
  const name = new Uint8Array(28);
  const info = new Uint8Array(256);
  const word = new Uint8Array(4);
  const cookie = new Uint8Array(8);
  const length = new Uint32Array(1);

  const readOption = (fd: number, level: number, option: number, value: Uint8Array): number => {
    length[0] = value.length;
    return libc.getsockopt(fd, level, option, value, length) === 0 ? (length[0] as number) : 0;
  };
  const readWord = (fd: number, option: number): number =>
    readOption(fd, SOL_SOCKET, option, word) === 4 ? new DataView(word.buffer).getInt32(0, true) : -1;

  const isTcp = (fd: number): boolean => {
    const domain = readWord(fd, SO_DOMAIN);
    if (domain !== AF_INET && domain !== AF_INET6) return false;
    const protocol = readWord(fd, SO_PROTOCOL);
    return readWord(fd, SO_TYPE) === SOCK_STREAM && (protocol === IPPROTO_TCP || protocol === IPPROTO_MPTCP);
  };
  const ask = (fd: number): BoundSocket | 'unbound' | 'other' => {
    if (!isTcp(fd)) return 'other';
    length[0] = name.length;
    const bound = libc.getsockname(fd, name, length) === 0 ? decodeName(name, length[0] as number) : undefined;
    if (bound === undefined || !isFresh(info, readOption(fd, IPPROTO_TCP, TCP_INFO, info))) return 'unbound';
    const hasCookie = readOption(fd, SOL_SOCKET, SO_COOKIE, cookie) === 8;
    const words = new DataView(cookie.buffer);
    return {
      ...bound,
      // Of the duplicate itself: the number may have come to mean another socket since its link was read.
      inode: fstatSync(fd).ino,
      cookieLow: hasCookie ? words.getUint32(0, true) : 0,
      cookieHigh: hasCookie ? words.getUint32(4, true) : 0,
    };
  };
  const look = (pidfd: number, fd: number): ForeignLook => {
    const copy = libc.syscall(SYS_PIDFD_GETFD, pidfd, fd, 0);
    if (copy < 0) return failureOf('pidfd_getfd', libc.errno());
    try {
      return ask(copy);
    } finally {
      libc.close(copy);
    }
  };

  return {
    open(pid) {
      const pidfd = libc.syscall(SYS_PIDFD_OPEN, pid, 0, 0);
      if (pidfd < 0) {
        const failure = failureOf('pidfd_open', libc.errno());
        if (failure === 'gone') return failure;
        throw invisible('pidfd_open', 'EPERM');
      }
      return { look: (fd) => look(pidfd, fd), close: () => libc.close(pidfd) };
    },
  };
}

function failureOf(call: string, errno: number): 'gone' | 'refused' {
  if (GONE.includes(errno)) return 'gone';
  if (errno === EPERM) return 'refused';
  throw invisible(call, errnoName(errno));
}

function invisible(call: string, errno: string): ExporterError {
  const message = `${call}: ${errno}; bound-only sockets cannot be looked for with --linux.bound-source=pidfd, which needs Linux 5.6`;
  return new ExporterError('EPH_BOUND_INVISIBLE', message);
}
