import { parseAddress } from '../../src/model/address.ts';
import type { Attributed, OwnerGroup, PortColumns } from '../../src/model/attributed.ts';
import type { PieceOutcome } from '../../src/model/problem.ts';
import { PROTOCOL, type Protocol } from '../../src/model/protocol.ts';
import type { NamespaceRow, Sample } from '../../src/model/sample.ts';
import { type SocketRow, socketColumnsFromRows } from '../../src/model/socket-columns.ts';
import { PORT_STATE_OF_SOCKET, SOCKET_STATE, type SocketStateName } from '../../src/model/socket-state.ts';

/** One socket; where it is the dominant one of its port, what it says of owner and memory holds for the port. */
export interface SocketSpec {
  readonly state: SocketStateName;
  readonly port: number;
  readonly protocol?: Protocol;
  readonly netns?: number;
  readonly local?: string;
  /** `ip:port`, IPv6 in brackets. */
  readonly remote?: string;
  readonly group?: number;
  readonly owner?: number;
  readonly heldSinceMs?: number;
  readonly stuck?: boolean;
  readonly lastRemote?: string;
}

export interface AttributedSpec {
  readonly sockets: readonly SocketSpec[];
  readonly groups?: readonly Partial<OwnerGroup>[];
  readonly namespaces?: readonly NamespaceRow[];
  readonly sample?: Partial<Sample>;
}

/** Ports 40000-40099 for everything, as in the experiments that the headroom rules come from. */
export const HUNDRED_PORTS: NamespaceRow = namespaceOf('host', 40_000, 40_099);

export function namespaceOf(
  name: string,
  first: number,
  last: number,
  fields: Partial<NamespaceRow> = {},
): NamespaceRow {
  const range = { first, last, excluded: [] };
  const ranges = (['tcp', 'udp'] as const).flatMap((protocol) =>
    (['ipv4', 'ipv6'] as const).map((af) => ({ protocol, af, ...range })),
  );
  return { name, inode: '4026531840', container: '', podUid: '', ranges, boundVisible: true, ...fields };
}

export function ranWell(...pieces: readonly PieceOutcome['piece'][]): PieceOutcome[] {
  return pieces.map((piece) => ({ piece, success: true, timedOut: false, durationMs: 1 }));
}

export function buildOwnerGroup(fields: Partial<OwnerGroup> = {}): OwnerGroup {
  return {
    kind: 'named',
    netns: 'host',
    process: 'app',
    unit: 'app.service',
    opened: { tcp: 0, udp: 0 },
    released: { tcp: 0, udp: 0 },
    stuckTotal: 0,
    stuckReleased: { closed: 0, used: 0, exited: 0 },
    linkLocalOpened: { metadata: 0, time: 0, link_local_v4: 0, link_local_v6: 0 },
    startMs: 0,
    executableChangeMs: 0,
    members: 1,
    handles: -1,
    ...fields,
  };
}

/** An attributed sample of the given sockets, put together the plain way. */
export function buildAttributed({
  sockets,
  groups = [{}],
  namespaces = [HUNDRED_PORTS],
  sample,
}: AttributedSpec): Attributed {
  const endpoints: { words: readonly number[]; port: number }[] = [];
  const ports: { spec: SocketSpec; socket: number }[] = [];
  const portOfSocket = new Int32Array(sockets.length);
  const rowOfKey = new Map<string, number>();
  sockets.forEach((spec, socket) => {
    const key = `${spec.netns ?? 0} ${spec.protocol ?? 'tcp'} ${spec.port}`;
    const row = rowOfKey.get(key) ?? ports.length;
    rowOfKey.set(key, row);
    const present = ports[row];
    if (present === undefined || rankOf(spec) < rankOf(present.spec)) ports[row] = { spec, socket };
    portOfSocket[socket] = row;
  });
  const remoteIndex = ({ lastRemote }: SocketSpec): number => {
    if (lastRemote === undefined) return -1;
    return endpoints.push(endpointOf(lastRemote)) - 1;
  };
  const lastRemote = Int32Array.from(ports, ({ spec }) => remoteIndex(spec));
  const columns: PortColumns = {
    length: ports.length,
    netns: Uint16Array.from(ports, ({ spec }) => spec.netns ?? 0),
    protocol: Uint8Array.from(ports, ({ spec }) => PROTOCOL[spec.protocol ?? 'tcp']),
    port: Uint16Array.from(ports, ({ spec }) => spec.port),
    state: Uint8Array.from(ports, ({ spec }) => rankOf(spec)),
    group: Int32Array.from(ports, ({ spec }) => spec.group ?? 0),
    owner: Int32Array.from(ports, ({ spec }) => spec.owner ?? 0),
    socket: Int32Array.from(ports, ({ socket }) => socket),
    heldSinceMs: Float64Array.from(ports, ({ spec }) => spec.heldSinceMs ?? Number.NaN),
    stuck: Uint8Array.from(ports, ({ spec }) => (spec.stuck === true ? 1 : 0)),
    lastRemote,
  };
  return {
    sample: buildSample(sockets, namespaces, sample),
    ports: columns,
    portOfSocket,
    groupOfSocket: Int32Array.from(sockets, ({ group }) => group ?? 0),
    owners: [],
    groups: groups.map(buildOwnerGroup),
    remotes: {
      length: endpoints.length,
      words: Uint32Array.from(endpoints.flatMap(({ words }) => words)),
      ports: Uint16Array.from(endpoints, ({ port }) => port),
    },
    netnsLabels: namespaces.map(({ name }) => name),
    ledgerStartMs: 0,
    ledgerPorts: ports.length,
    foldedGroups: 0,
    historyDropped: 0,
    lostEvents: 0,
  };
}

function rankOf({ state }: SocketSpec): number {
  return PORT_STATE_OF_SOCKET[SOCKET_STATE[state]] as number;
}

function buildSample(
  sockets: readonly SocketSpec[],
  namespaces: readonly NamespaceRow[],
  fields: Partial<Sample> = {},
): Sample {
  return {
    takenAtMs: 1_700_000_000_000,
    bootMs: 3_600_000,
    bootId: 'boot',
    namespaces,
    processes: [],
    exitedProcesses: [],
    sockets: socketColumnsFromRows(sockets.map(rowOf)),
    sharedSockets: 0,
    probes: [],
    connectionEvents: [],
    lostEvents: 0,
    systemEvents: [],
    timeWaitSeconds: 60,
    tcpTwReuse: 0,
    sources: [],
    pieces: ranWell('range', 'tcp', 'bound', 'udp', 'owners'),
    problems: [],
    ...fields,
  };
}

function rowOf(spec: SocketSpec): SocketRow {
  const remote = spec.remote === undefined ? { words: [0, 0, 0, 0] as const, port: 0 } : endpointOf(spec.remote);
  return {
    protocol: PROTOCOL[spec.protocol ?? 'tcp'],
    family: spec.remote?.startsWith('[') ? 6 : 4,
    state: SOCKET_STATE[spec.state],
    netns: spec.netns ?? 0,
    localPort: spec.port,
    remotePort: remote.port,
    local: wordsOf(spec.local ?? '127.0.0.1'),
    remote: remote.words,
    cookieLow: 0,
    cookieHigh: 0,
    createdMs: 0,
    process: spec.owner ?? 0,
  };
}

function endpointOf(text: string): { words: readonly [number, number, number, number]; port: number } {
  const colon = text.lastIndexOf(':');
  return { words: wordsOf(text.slice(0, colon).replace(/^\[|\]$/g, '')), port: Number(text.slice(colon + 1)) };
}

function wordsOf(address: string): readonly [number, number, number, number] {
  const words = parseAddress(address);
  if (words === undefined) throw new Error(`no address: ${address}`);
  return words;
}
