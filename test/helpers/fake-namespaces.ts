import { ExporterError } from '../../src/errors.ts';
import type { DynamicRange } from '../../src/model/port-range.ts';
import { SOCKET_STATE, type SocketStateName } from '../../src/model/socket-state.ts';
import type { OpenNamespace } from '../../src/platform/linux/namespaces/namespace-access.ts';
import type { NamespaceFs } from '../../src/platform/linux/namespaces/namespace-fs.ts';
import { OtherNamespaces, type OtherNamespacesParts } from '../../src/platform/linux/namespaces/other-namespaces.ts';
import type { GrowableDump } from '../../src/platform/linux/sockets/growable-dump.ts';
import type { TablePiece } from '../../src/platform/linux/sockets/socket-tables.ts';

/** A namespace in memory, and what was asked of it. */
export interface FakeNamespace {
  readonly cookie: string;
  pids: number[];
  ranges: readonly DynamicRange[];
  /** State and inode of its sockets. */
  sockets: { readonly state: SocketStateName; readonly inode: number; readonly isUdp?: boolean }[];
  /** Open sockets of other kinds: in a table of the kernel, or in none. */
  unix: number;
  unbound: number;
  connectionCounts: string;
  /** What entering or reading it fails with. */
  failure: ExporterError | undefined;
  /** Tables that were read since the last look, and whether it is open. */
  read: TablePiece[];
  isOpen: boolean;
}

/** A range of four. */
export function rangesFrom(first: number, last: number): readonly DynamicRange[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) =>
    (['ipv4', 'ipv6'] as const).map((af) => ({ protocol, af, first, last, excluded: [] })),
  );
}

export const OWN_RANGES: readonly DynamicRange[] = rangesFrom(32_768, 60_999);

/** A host in memory: namespaces by inode, with a reader over them. Our own is `1`, with process 1. */
export class FakeNamespaces {
  readonly byInode: Map<string, FakeNamespace> = new Map();
  readonly released: Set<number> = new Set();
  nowMs = 1_000_000;
  /** What each reading of a table takes. */
  tableMs = 0;
  monotonicMs = 0;
  /** True: no way from within. */
  isRefused = false;
  readonly names: Map<string, string> = new Map();
  #cookies = 100;

  add(inode: string, given: Partial<FakeNamespace> = {}): FakeNamespace {
    const namespace: FakeNamespace = {
      cookie: String(++this.#cookies),
      pids: [Number(inode) * 10],
      ranges: rangesFrom(40_000, 40_099),
      sockets: [],
      unix: 0,
      unbound: 0,
      connectionCounts: '0 0 0',
      failure: undefined,
      read: [],
      isOpen: false,
      ...given,
    };
    this.byInode.set(inode, namespace);
    return namespace;
  }

  open(parts: Partial<OtherNamespacesParts> = {}): OtherNamespaces {
    return new OtherNamespaces({
      fs: this.#fs,
      ownInode: '1',
      hostInode: '2',
      enter: (door) => {
        if (this.isRefused) throw new ExporterError('EPH_NAMESPACE_REFUSED', 'EPERM');
        return this.#access('inet_diag')(door);
      },
      lookFrom: this.#access('procfs'),
      monotonicMs: () => this.monotonicMs,
      ...parts,
    });
  }

  #at(pid: number): [inode: string, namespace: FakeNamespace] | undefined {
    return [...this.byInode].find(([, { pids }]) => pids.includes(pid));
  }

  get #fs(): NamespaceFs {
    const counted = (pid: number) => this.#at(pid)?.[1];
    const isTcp = ({ state, isUdp }: FakeNamespace['sockets'][number]) => isUdp !== true && state !== 'bound';
    return {
      listPids: () => [1, ...[...this.byInode.values()].flatMap(({ pids }) => pids)].sort((a, b) => a - b),
      readNetns: (pid) => (pid === 1 ? '1' : (this.#at(pid)?.[0] ?? '')),
      readNetNumber: (pid) => (pid === 1 ? '1' : (this.#at(pid)?.[0] ?? '')),
      readCounts: (pid) => {
        const namespace = counted(pid);
        if (namespace === undefined) return undefined;
        const { sockets, unix, unbound } = namespace;
        const timeWait = sockets.filter(({ state }) => state === 'time_wait').length;
        const used = sockets.length - timeWait + unix + unbound;
        const tcp = sockets.filter((socket) => isTcp(socket)).length - timeWait;
        return { used, timeWait, text: `${used} ${tcp} ${timeWait}` };
      },
      readHashed: (pid) => {
        const namespace = counted(pid);
        if (namespace === undefined) return undefined;
        const { sockets, unix } = namespace;
        const tcp = sockets.filter((socket) => isTcp(socket) && socket.state !== 'time_wait').length;
        const udp = sockets.filter(({ isUdp }) => isUdp).length;
        return { tcp, udp, total: tcp + udp + unix };
      },
      readConnectionCounts: (pid) => counted(pid)?.connectionCounts,
      readContainer: () => ({ container: '', podUid: '' }),
      readStartTicks: (pid) => pid,
      readIpNetnsNames: () => this.names,
    };
  }

  #access(source: 'inet_diag' | 'procfs'): OpenNamespace {
    return (door) => {
      const { inode } = door();
      const namespace = this.byInode.get(inode) as FakeNamespace;
      if (namespace.failure !== undefined) throw namespace.failure;
      namespace.isOpen = true;
      return {
        cookie: source === 'procfs' ? '' : namespace.cookie,
        readRanges: () => (source === 'procfs' ? undefined : namespace.ranges),
        close: () => {
          namespace.isOpen = false;
        },
        tables: {
          source,
          findBoundObstacle: () =>
            source === 'procfs' ? { piece: 'bound', code: 'EPH_BOUND_INVISIBLE', message: 'not here' } : undefined,
          append: ({ piece }, dump) => {
            this.monotonicMs += this.tableMs;
            if (namespace.failure !== undefined) throw namespace.failure;
            namespace.read.push(piece);
            for (const socket of namespace.sockets) {
              const at = socket.isUdp ? 'udp' : socket.state === 'bound' ? 'bound' : 'tcp';
              if (at === piece) appendRow(dump, socket.state, socket.inode);
            }
            return true;
          },
          close() {},
        },
      };
    };
  }
}

function appendRow(dump: GrowableDump, state: SocketStateName, inode: number): void {
  dump.reserve(1);
  const row = dump.columns.length++;
  dump.columns.state[row] = SOCKET_STATE[state];
  dump.columns.localPort[row] = 40_000 + (inode % 100);
  dump.columns.cookieLow[row] = inode;
  dump.inode[row] = inode;
}
