import type { Libc } from '../libc.ts';
import { AF_INET } from '../netlink/diag-request.ts';

const SOCK_DGRAM_CLOEXEC = 0x80002;
const SOL_SOCKET = 1;
const SO_NETNS_COOKIE = 71; // include/uapi/asm-generic/socket.h, from Linux 5.14

/** The number of the namespace that the calling thread is in, decimal; empty on an older kernel. Inodes are used again, this is not. */
export function readNamespaceCookie(libc: Pick<Libc, 'socket' | 'getsockopt' | 'close'>): string {
  const fd = libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return '';
  const cookie = new BigUint64Array(1);
  const told = libc.getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, new Uint8Array(cookie.buffer), Uint32Array.of(8));
  libc.close(fd);
  return told === 0 ? String(cookie[0]) : '';
}
