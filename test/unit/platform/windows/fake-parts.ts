import { PIECES, type Piece } from '../../../../src/model/problem.ts';
import { PROTOCOL } from '../../../../src/model/protocol.ts';
import { SOCKET_STATE } from '../../../../src/model/socket-state.ts';
import { appendTextRow, endpointOf } from '../../../../src/platform/windows/commands/text-rows.ts';
import { createOwnerBook } from '../../../../src/platform/windows/owners/owner-book.ts';
import { nameProcess } from '../../../../src/platform/windows/owners/process-name.ts';
import type { WindowsReaderParts } from '../../../../src/platform/windows/reader.ts';
import { createKeptSockets, type KeptSockets } from '../../../../src/platform/windows/sockets/kept-sockets.ts';
import type { SocketSource } from '../../../../src/platform/windows/sockets/socket-source.ts';
import { createWindowsSockets, type WindowsSockets } from '../../../../src/platform/windows/sockets/windows-sockets.ts';

export const START = 1_772_442_000_000;

/** A socket as a test writes it: state, local port, pid, remote if any. */
export type Line = readonly [state: keyof typeof SOCKET_STATE, port: number, pid: number, remote?: string];

export function socketsOf(lines: readonly Line[]): WindowsSockets {
  const sockets = createWindowsSockets();
  for (const [state, port, pid, remote] of lines) {
    const [address = '', remotePort = ''] = remote?.split(' ') ?? [];
    const row = {
      protocol: state === 'unconnected' ? PROTOCOL.udp : PROTOCOL.tcp,
      local: endpointOf('10.0.0.1', String(port)),
      remote: remote === undefined ? undefined : endpointOf(address, remotePort),
      pid,
    };
    appendTextRow(sockets, row, SOCKET_STATE[state]);
  }
  return sockets;
}

/** What the fake host shows; a test changes it between readings. An Error is thrown by the source. */
export interface FakeHost {
  nowMs: number;
  tcp: readonly Line[] | Error | Promise<never>;
  bound: readonly Line[] | Error;
  udp: readonly Line[] | Error;
  probePort: number;
  noticed: number[];
  systemStartMs: number;
}

export function fakeHost(): FakeHost {
  return { nowMs: 0, tcp: [], bound: [], udp: [], probePort: 50_000, noticed: [], systemStartMs: START - 1_000_000 };
}

/** As by default: all but the audit log. */
const DEFAULT_COLLECTORS = Object.fromEntries(PIECES.map((piece) => [piece, piece !== 'trace'])) as Record<
  Piece,
  boolean
>;

/** Reader parts over a fake host: range 49152-65535, process 2588 `dnsfilter.exe` of DnsFilterAgent, System as 4. */
export function partsOf(host: FakeHost, overrides: Partial<WindowsReaderParts> = {}): WindowsReaderParts {
  const kept = (piece: 'tcp' | 'bound' | 'udp'): KeptSockets => {
    const source: SocketSource = {
      name: 'fake',
      async read() {
        const shown = await host[piece];
        if (shown instanceof Error) throw shown;
        return socketsOf(shown);
      },
    };
    return createKeptSockets(source, () => host.nowMs);
  };
  const range = { first: 49_152, last: 65_535, af: 'ipv4', excluded: [] } as const;
  return {
    clock: { wallMs: () => START + host.nowMs, bootMs: () => 1_000_000 + host.nowMs },
    nowMs: () => host.nowMs,
    collectors: DEFAULT_COLLECTORS,
    ranges: {
      read: async () => ({
        ranges: [
          { ...range, protocol: 'tcp' },
          { ...range, protocol: 'udp' },
        ],
        problems: [],
      }),
      noticePort: (_, __, port) => host.noticed.push(port),
    },
    sockets: { tcp: kept('tcp'), bound: kept('bound'), udp: kept('udp') },
    owners: {
      name: 'fake',
      read: () => ({
        processes: new Map([
          [4, { pid: 4, startMs: host.systemStartMs, image: 'System', handles: 1 }],
          [2588, { pid: 2588, startMs: START - 60_000, image: 'dnsfilter.exe', handles: 17_001 }],
        ]),
        units: () => new Map([[2588, 'DnsFilterAgent']]),
        factsOf: () => ({ executable: '', executableChangeMs: 0 }),
      }),
    },
    book: createOwnerBook((image, executable) => nameProcess(image, executable, [])),
    audit: () => ({ connections: [], lost: 0 }),
    probe: () => [{ protocol: 'tcp', af: 'ipv4', code: '', port: host.probePort }],
    events: async () => [{ eventId: 4231, provider: 'Tcpip', count: 2, lastMs: 5 }],
    timeWaitSeconds: () => 45,
    listenPorts: [10_071],
    sources: [{ piece: 'tcp', source: 'fake' }],
    problems: [],
    ...overrides,
  };
}
