import type { Libc } from '../../src/platform/linux/libc.ts';

const EBADF = 9;
const ENOSYS = 38;

/** What `recv` gives next: a datagram, or an errno. */
export type Received = Uint8Array | number;

export interface FakeLibc extends Libc {
  /** Requests as they were sent. */
  readonly sent: Uint8Array[];
  readonly openFds: ReadonlySet<number>;
}

/** A libc whose calls succeed unless told otherwise. `answers` is asked for the datagrams of each request, by its number. */
export function makeFakeLibc(
  options: {
    readonly answers?: (sequence: number, request: Uint8Array) => readonly Received[];
    readonly socketErrno?: (domain: number, type: number) => number;
    readonly bindErrno?: (address: Uint8Array) => number;
  } = {},
): FakeLibc {
  const sent: Uint8Array[] = [];
  const openFds = new Set<number>();
  let queue: Received[] = [];
  let lastFd = 100;
  let errno = 0;
  const result = (failure: number, value: number) => {
    errno = failure;
    return failure === 0 ? value : -1;
  };
  return {
    sent,
    openFds,
    socket(domain, type) {
      const failure = options.socketErrno?.(domain, type) ?? 0;
      if (failure === 0) openFds.add(++lastFd);
      return result(failure, lastFd);
    },
    bind: (_fd, address) => result(options.bindErrno?.(address) ?? 0, 0),
    setsockopt: () => 0,
    setns: () => result(0, 0),
    send(_fd, bytes, length) {
      sent.push(bytes.slice());
      queue = [...(options.answers?.(new DataView(bytes.buffer).getUint32(8, true), bytes) ?? [])];
      return length;
    },
    recv(_fd, bytes) {
      const next = queue.shift() ?? 11;
      if (typeof next === 'number') return result(next, 0);
      bytes.set(next.subarray(0, bytes.length));
      return next.length;
    },
    close(fd) {
      openFds.delete(fd);
      return 0;
    },
    getsockname: () => result(EBADF, 0),
    getsockopt: () => result(EBADF, 0),
    syscall: () => result(ENOSYS, 0),
    errno: () => errno,
  };
}
