import { ExporterError } from '../../../errors.ts';
import type { Problem } from '../../../model/problem.ts';
import type { Libc } from '../libc.ts';
import { GrowableDump } from '../sockets/growable-dump.ts';
import type { SocketTables, TableQuery } from '../sockets/socket-tables.ts';
import { probeBound } from './bound-probe.ts';
import { AF_INET, AF_INET6, AF_UNSPEC, DIAG_STATES, IPPROTO_TCP, IPPROTO_UDP } from './diag-request.ts';
import { DiagSocket, type Enter } from './netlink.ts';

const BOUND_INVISIBLE: Problem = {
  piece: 'bound',
  code: 'EPH_BOUND_INVISIBLE',
  message:
    'this kernel does not list bound-only sockets (Linux 6.8 does); state bound is absent and used a lower bound. --linux.bound-source=pidfd looks for them by duplicating one descriptor of another process at a time',
};

const REQUESTS = {
  tcp: { protocol: IPPROTO_TCP, states: DIAG_STATES.ordinary },
  bound: { protocol: IPPROTO_TCP, states: DIAG_STATES.bound },
  udp: { protocol: IPPROTO_UDP, states: DIAG_STATES.ordinary },
};

/** Socket tables by inet_diag dumps over netlink. */
export class NetlinkTables implements SocketTables {
  readonly source = 'inet_diag';
  private readonly libc: Libc;
  private readonly socket: DiagSocket;
  private readonly ofOurs: NetlinkTables | undefined;
  /** Each dump walks the whole host's table, however few rows it gives: one for both families is half the cost of two. */
  private asksForBoth = true;
  /** Undefined until a self-probe came to a verdict; it cannot while no port at all is free. */
  private boundVisible: boolean | undefined;

  /** `ofOurs` are those of our own namespace, where these are not: only there this kernel can be tried. */
  constructor(libc: Libc, socket: DiagSocket = new DiagSocket(libc), ofOurs?: NetlinkTables) {
    this.libc = libc;
    this.socket = socket;
    this.ofOurs = ofOurs;
  }

  /** Tables of the namespace that `enter` leads to. */
  ofOther(enter: Enter): NetlinkTables {
    return new NetlinkTables(this.libc, this.socket.ofOther(enter), this);
  }

  /**
   * Dumps next to nothing of both protocols, each of which the kernel may lack a module for.
   * @throws ExporterError as {@link DiagSocket.dump}
   */
  check(): void {
    const nothing = { ports: new Uint8Array(65_536), minPort: 65_535, isLate: () => false, report: () => {} };
    for (const piece of ['tcp', 'udp'] as const)
      this.appendFamily(AF_INET, { piece, ...nothing }, new GrowableDump(1024));
  }

  findBoundObstacle(): Problem | undefined {
    if (this.ofOurs !== undefined) return this.ofOurs.findBoundObstacle();
    try {
      this.boundVisible ??= probeBound(this.libc, this.socket);
      return this.boundVisible === true ? undefined : BOUND_INVISIBLE;
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      return { piece: 'bound', code: error.code, message: error.message };
    }
  }

  append(query: TableQuery, dump: GrowableDump): boolean {
    if (this.asksForBoth && query.piece !== 'udp') {
      try {
        return this.appendFamily(AF_UNSPEC, query, dump);
      } catch (error) {
        if (!(error instanceof ExporterError) || error.code !== 'EPH_NETLINK_ERROR') throw error;
        // A kernel that knows the older request no more; if it is something else, the next dump says so.
        this.asksForBoth = false;
      }
    }
    return this.appendFamily(AF_INET, query, dump) && this.appendFamily(AF_INET6, query, dump);
  }

  close(): void {
    this.socket.close();
  }

  /** A dump that was overtaken by changes is asked for once more before it counts as failed. */
  private appendFamily(family: number, query: TableQuery, dump: GrowableDump): boolean {
    const request = { family, ...REQUESTS[query.piece], minPort: query.minPort };
    try {
      return this.socket.dump(request, dump, query.ports, query.isLate);
    } catch (error) {
      if (!(error instanceof ExporterError) || error.code !== 'EPH_NETLINK_OVERRUN') throw error;
      return this.socket.dump(request, dump, query.ports, query.isLate);
    }
  }
}
