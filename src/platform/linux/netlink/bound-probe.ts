import { fstatSync } from 'node:fs';
import type { Libc } from '../libc.ts';
import { loopbackAddress } from '../socket-address.ts';
import { GrowableDump } from '../sockets/growable-dump.ts';
import { AF_INET, DIAG_STATES, IPPROTO_TCP } from './diag-request.ts';
import type { DiagSocket } from './netlink.ts';

const SOCK_STREAM_CLOEXEC = 0x80001;
// Tried when the range is full: any free port will do, and these lie below every usual range.
const PORTS_OUTSIDE_RANGE = [0, 1030, 2030, 3030, 4030, 5030, 6030, 7030];
const EVERY_PORT: Uint8Array = new Uint8Array(65_536).fill(1);

/**
 * Whether this kernel lists bound-only sockets: binds a socket of our own to 127.0.0.1 (no listen, no packet) and looks
 * for it. By trial and not by version, for distributions carry the change back. Undefined when it cannot be told.
 * @throws ExporterError as {@link DiagSocket.dump}.
 */
export function probeBound(libc: Libc, socket: DiagSocket): boolean | undefined {
  const fd = libc.socket(AF_INET, SOCK_STREAM_CLOEXEC, 0);
  if (fd < 0) return undefined;
  try {
    const isBound = PORTS_OUTSIDE_RANGE.some((port) => bindsTo(libc, fd, port));
    const dump = new GrowableDump(64);
    const request = { family: AF_INET, protocol: IPPROTO_TCP, states: DIAG_STATES.bound };
    socket.dump(request, dump, EVERY_PORT, () => false);
    // Even without a socket of our own: a kernel that lists any at all lists them.
    if (!isBound) return dump.columns.length > 0 ? true : undefined;
    return dump.inode.subarray(0, dump.columns.length).includes(fstatSync(fd).ino);
  } finally {
    libc.close(fd);
  }
}

function bindsTo(libc: Libc, fd: number, port: number): boolean {
  const address = loopbackAddress(port);
  return libc.bind(fd, address, address.length) === 0;
}
