import { parseAddress } from '../../src/model/address.ts';
import { OWNER_CODE } from '../../src/model/owner-code.ts';
import type { DynamicRange } from '../../src/model/port-range.ts';
import { PROTOCOL, type Protocol } from '../../src/model/protocol.ts';
import type { ConnectionEvent, NamespaceRow, ProcessIdentity, ProcessRow, Sample } from '../../src/model/sample.ts';
import { type SocketRow, socketColumnsFromRows } from '../../src/model/socket-columns.ts';
import { SOCKET_STATE, type SocketStateName } from '../../src/model/socket-state.ts';

/** Builds one sample socket by socket; every call returns the builder. */
export interface SampleBuilder {
  /** Sockets of a process. Its pid is made from its name unless `process` says another. */
  owner(name: string, sockets: readonly string[], process?: Partial<ProcessRow>): SampleBuilder;
  /** Sockets whose owner could not be named, and why. */
  noOwner(why: keyof typeof OWNER_CODE, sockets: readonly string[]): SampleBuilder;
  /** Processes that are no more. */
  exited(...processes: readonly ProcessIdentity[]): SampleBuilder;
  /** A connection event of a process that `owner` named before (with no sockets, if it has none). */
  event(kind: ConnectionEvent['kind'], name: string, socket: string, atMs?: number): SampleBuilder;
  /** The sample, with any field replaced. */
  sample(replaced?: Partial<Sample>): Sample;
}

/** Boot clock to wall clock: the host of these samples was booted at this time. */
export const BOOTED_AT_MS = 1_700_000_000_000;

export const DEFAULT_RANGES: readonly DynamicRange[] = (['tcp', 'udp'] as const).flatMap((protocol) =>
  (['ipv4', 'ipv6'] as const).map((af) => ({ protocol, af, first: 32_768, last: 60_999, excluded: [] })),
);

/** A namespace with the Linux default ranges. */
export function namespaceRow(name: string, replaced: Partial<NamespaceRow> = {}): NamespaceRow {
  const inode = String(4_026_531_840 + hashOf(name));
  return { name, inode, container: '', podUid: '', ranges: DEFAULT_RANGES, boundVisible: true, ...replaced };
}

/** The process that {@link SampleBuilder.owner} makes of a name. */
export function processRow(name: string, replaced: Partial<ProcessRow> = {}): ProcessRow {
  const pid = 1_000 + hashOf(name);
  const executable = `/usr/bin/${name}`;
  return { pid, startMs: 1, name, unit: '', executable, executableChangeMs: 0, handles: -1, ...replaced };
}

/**
 * Starts a sample taken at `bootMs` of the boot clock. A socket is written
 * `tcp established 10.0.0.1:40000 > 1.2.3.4:443 #12 created=1700 in pod`: only protocol, state and local end are needed;
 * `#` is the cookie (none: 0), `in` the namespace (none: `host`), IPv6 stands in brackets.
 */
export function sampleAt(bootMs: number): SampleBuilder {
  const namespaces = [namespaceRow('host')];
  const processes: ProcessRow[] = [];
  const exited: ProcessIdentity[] = [];
  const rows: SocketRow[] = [];
  const events: ConnectionEvent[] = [];
  const parse = (text: string, process: number): SocketRow => parseSocket(text, process, namespaces);
  const builder: SampleBuilder = {
    owner(name, sockets, process = {}) {
      const index = processes.push(processRow(name, process)) - 1;
      rows.push(...sockets.map((text) => parse(text, index)));
      return builder;
    },
    noOwner(why, sockets) {
      rows.push(...sockets.map((text) => parse(text, OWNER_CODE[why])));
      return builder;
    },
    exited(...more) {
      exited.push(...more.map(({ pid, startMs }) => ({ pid, startMs })));
      return builder;
    },
    event(kind, name, socket, atMs = bootMs) {
      const process = processes.findIndex((row) => row.name === name);
      if (process < 0) throw new Error(`no process ${name}`);
      const { netns, localPort, remotePort, local, remote } = parse(`tcp established ${socket}`, process);
      events.push({ kind, netns, process, atMs, localPort, remotePort, local, remote });
      return builder;
    },
    sample: (replaced = {}) => ({
      takenAtMs: BOOTED_AT_MS + bootMs,
      bootMs,
      bootId: 'a boot',
      namespaces,
      processes,
      exitedProcesses: exited,
      sockets: socketColumnsFromRows(rows),
      sharedSockets: 0,
      probes: [],
      connectionEvents: events,
      lostEvents: 0,
      systemEvents: [],
      timeWaitSeconds: 60,
      tcpTwReuse: 0,
      sources: [],
      pieces: [],
      problems: [],
      ...replaced,
    }),
  };
  return builder;
}

function parseSocket(text: string, process: number, namespaces: NamespaceRow[]): SocketRow {
  const match = /^(\w+) (\w+) (\S+)(?: > (\S+))?(?: #(\d+))?(?: created=(\d+))?(?: in (\S+))?$/.exec(text);
  if (match === null) throw new Error(`not a socket: ${text}`);
  const [, protocol, state, local, remote = '[::]:0', cookie = '0', created = '0', netns = 'host'] = match;
  const localEnd = parseEndpoint(local as string);
  const remoteEnd = parseEndpoint(remote);
  let index = namespaces.findIndex((row) => row.name === netns);
  if (index < 0) index = namespaces.push(namespaceRow(netns)) - 1;
  return {
    protocol: PROTOCOL[protocol as Protocol],
    family: localEnd.isIpv6 ? 6 : 4,
    state: SOCKET_STATE[state as SocketStateName],
    netns: index,
    local: localEnd.words,
    localPort: localEnd.port,
    remote: remoteEnd.words,
    remotePort: remoteEnd.port,
    cookieLow: Number(BigInt(cookie) & 0xffff_ffffn),
    cookieHigh: Number(BigInt(cookie) >> 32n),
    createdMs: Number(created),
    process,
  };
}

function parseEndpoint(text: string): { words: SocketRow['local']; port: number; isIpv6: boolean } {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, colon).replace(/^\[|\]$/g, '');
  const words = parseAddress(address);
  if (words === undefined) throw new Error(`not an endpoint: ${text}`);
  return { words, port: Number(text.slice(colon + 1)), isIpv6: address.includes(':') };
}

function hashOf(name: string): number {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) as number)) % 30_011;
  return hash;
}
