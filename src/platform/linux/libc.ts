import { getSystemErrorName } from 'node:util';
import { ExporterError } from '../../errors.ts';
import { requireKoffi } from './require-koffi.ts';

/** The few calls of libc that Node has no API for. Each returns -1 on failure, and `errno()` tells why. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  recv(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  close(fd: number): number;
  /** `length` is one word: bytes there are, then bytes written. */
  getsockname(fd: number, address: Uint8Array, length: Uint32Array): number;
  /** `length` as for `getsockname`. */
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, length: Uint32Array): number;
  /** A system call that old versions of libc have no name for. */
  syscall(number: number, first: number, second: number, third: number): number;
  /** Moves the calling thread, and it alone, into a namespace. */
  setns(fd: number, kind: number): number;
  errno(): number;
}

// The running program first: its own libc is loaded already, whatever its name. The names are glibc's and musl's.
const LIBRARIES = [null, 'libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'];

/**
 * Binds libc through koffi.
 * @throws ExporterError EPH_NETLINK_OPEN when koffi or libc cannot be loaded.
 */
export function loadLibc(): Libc {
  let reason: unknown;
  for (const library of LIBRARIES) {
    try {
      return bindLibc(library);
    } catch (error) {
      reason ??= error;
    }
  }
  // Node lists the whole require stack below the first line.
  const [cause] = String(reason instanceof Error ? reason.message : reason).split('\n');
  const message = `libc cannot be called (${cause}); reinstall with npm ci on this host`;
  throw new ExporterError('EPH_NETLINK_OPEN', message, { cause: reason });
}

/** `EADDRINUSE` of 98; the number itself when it has no name. */
export function errnoName(errno: number): string {
  try {
    return getSystemErrorName(-errno);
  } catch {
    return `errno ${errno}`;
  }
}

function bindLibc(library: string | null): Libc {
  // Required late and by hand: where no prebuilt binary fits, the import itself fails, and the fallback must still run.
  const koffi = requireKoffi();
  const libc = koffi.load(library);
  return {
    socket: libc.func('int socket(int domain, int type, int protocol)'),
    bind: libc.func('int bind(int fd, const void *address, uint32_t length)'),
    setsockopt: libc.func('int setsockopt(int fd, int level, int option, const void *value, uint32_t length)'),
    send: libc.func('intptr_t send(int fd, const void *bytes, size_t length, int flags)'),
    recv: libc.func('intptr_t recv(int fd, void *bytes, size_t length, int flags)'),
    close: libc.func('int close(int fd)'),
    getsockname: libc.func('int getsockname(int fd, void *address, void *length)'),
    getsockopt: libc.func('int getsockopt(int fd, int level, int option, void *value, void *length)'),
    syscall: libc.func('long syscall(long number, long first, long second, long third)'),
    setns: libc.func('int setns(int fd, int kind)'),
    errno: () => koffi.errno(),
  };
}
