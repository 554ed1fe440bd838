import { ExporterError } from '../../../errors.ts';
import { errnoName, type Libc } from '../libc.ts';
import type { GrowableDump } from '../sockets/growable-dump.ts';
import { type DiagRequest, encodeDiagRequest } from './diag-request.ts';
import { allocateNetlinkBuffer, appendDiagRows, type NetlinkBuffer } from './inet-diag.ts';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 0x80003;
const NETLINK_SOCK_DIAG = 4;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const MSG_TRUNC = 0x20; // recv then tells the true length of a datagram that did not fit
const EINTR = 4;
const ENOBUFS = 105;

// A kernel that does not answer must not hold the thread for ever: nothing but its own return ends a blocked call.
const RECEIVE_TIMEOUT_SECONDS = 2;

/** Runs something in a network namespace, which a socket made there then belongs to for good. */
export type Enter = <T>(work: () => T) => T;

/** A NETLINK_SOCK_DIAG socket that dumps synchronously; opened when needed, and anew after each failure. */
export class DiagSocket {
  private readonly libc: Libc;
  private readonly enter: Enter;
  private readonly buffer: NetlinkBuffer;
  private fd = -1;
  private sequence = 0;

  /** Dumps what is in the namespace that `enter` opens the socket in; by default ours. */
  constructor(libc: Libc, enter: Enter = (work) => work(), buffer: NetlinkBuffer = allocateNetlinkBuffer()) {
    this.libc = libc;
    this.enter = enter;
    this.buffer = buffer;
  }

  /** One that dumps another namespace; both receive into the same memory, as only one is in use at a time. */
  ofOther(enter: Enter): DiagSocket {
    return new DiagSocket(this.libc, enter, this.buffer);
  }

  /**
   * Appends the sockets that `request` asks for and whose local port `ports` (65,536 bytes of 0 or 1) holds. Asks
   * `isLate` between the pieces of the answer; true is returned for a whole dump, false for one given up.
   * @throws ExporterError EPH_NETLINK_OPEN, EPH_NETLINK_ERROR, EPH_NETLINK_MALFORMED, EPH_NETLINK_OVERRUN; `dump` then
   * has the rows it had before.
   */
  dump(request: DiagRequest, dump: GrowableDump, ports: Uint8Array, isLate: () => boolean): boolean {
    const before = dump.columns.length;
    let done = false;
    try {
      this.open();
      this.sequence = (this.sequence + 1) >>> 0;
      this.send(encodeDiagRequest(request, this.sequence));
      const context = { request, sequence: this.sequence, dump, ports };
      while (!done && !isLate()) done = appendDiagRows(this.buffer, this.receive(), context);
      return done;
    } finally {
      if (!done) {
        dump.truncate(before);
        // What is left of this answer must not be taken for a part of the next one.
        this.close();
      }
    }
  }

  close(): void {
    if (this.fd >= 0) this.libc.close(this.fd);
    this.fd = -1;
  }

  private open(): void {
    if (this.fd >= 0) return;
    this.fd = this.enter(() => this.libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG));
    if (this.fd < 0) throw this.failure('EPH_NETLINK_OPEN', 'open the netlink socket');
    const timeout = new BigInt64Array([BigInt(RECEIVE_TIMEOUT_SECONDS), 0n]); // struct timeval
    this.libc.setsockopt(this.fd, SOL_SOCKET, SO_RCVTIMEO, new Uint8Array(timeout.buffer), timeout.byteLength);
  }

  private send(bytes: Uint8Array): void {
    for (;;) {
      if (this.libc.send(this.fd, bytes, bytes.length, 0) === bytes.length) return;
      if (this.libc.errno() !== EINTR) throw this.failure('EPH_NETLINK_ERROR', 'ask for sockets');
    }
  }

  private receive(): number {
    const { bytes } = this.buffer;
    for (;;) {
      const length = this.libc.recv(this.fd, bytes, bytes.length, MSG_TRUNC);
      if (length > 0) return length;
      if (length === 0) throw new ExporterError('EPH_NETLINK_MALFORMED', 'netlink: empty datagram');
      const errno = this.libc.errno();
      if (errno === ENOBUFS) throw this.failure('EPH_NETLINK_OVERRUN', 'receive sockets');
      if (errno !== EINTR) throw this.failure('EPH_NETLINK_ERROR', 'receive sockets');
    }
  }

  private failure(code: 'EPH_NETLINK_OPEN' | 'EPH_NETLINK_ERROR' | 'EPH_NETLINK_OVERRUN', what: string): ExporterError {
    return new ExporterError(code, `cannot ${what}: ${errnoName(this.libc.errno())}`);
  }
}
