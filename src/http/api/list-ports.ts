import { formatAddress, formatEndpoint } from '../../model/address.ts';
import type { Attributed } from '../../model/attributed.ts';
import type { LedgerView, LifeSpan } from '../../model/ledger-view.ts';
import { PROTOCOLS, type Protocol } from '../../model/protocol.ts';
import { PORT_STATES, type PortState } from '../../model/socket-state.ts';
import { formatCursor, type PortPosition } from './port-cursor.ts';
import type { JourneyAnswer, LifeSpanAnswer, PortAnswer, PortsAnswer } from './ports-schema.ts';

/** Which ports are wanted; absent: all. */
export interface PortFilter {
  readonly process?: string;
  readonly unit?: string;
  readonly netns?: string;
  readonly stuck: boolean;
}

export interface PortsPage {
  readonly limit: number;
  /** The last port of the page before. */
  readonly after?: PortPosition;
  readonly lifeLines: boolean;
}

/** Rows that fit beside a key in a double: 4 million rows of 16,384 namespaces. */
const ROW_SPAN = 2 ** 22;

/**
 * One page of the used ports, by namespace, protocol and number; only while the ledger is settled. Undefined when the
 * namespace that the page before ended in is no more.
 */
export function listPorts(ledger: LedgerView, filter: PortFilter, page: PortsPage): PortsAnswer | undefined {
  const attributed = ledger.attributed();
  if (attributed === undefined) return { takenAtMs: 0, total: 0, ports: [] };
  const rows = matchingRows(attributed, filter);
  const after = page.after === undefined ? -1 : keyOfPosition(attributed, page.after);
  if (after === undefined) return undefined;
  const keys = new Float64Array(rows.length);
  let length = 0;
  for (const row of rows) {
    const key = keyOfRow(attributed, row);
    // The row rides in the digits behind the key, so that one sort of plain numbers orders both.
    if (key > after) keys[length++] = key * ROW_SPAN + row;
  }
  const wanted = keys.subarray(0, length).sort().subarray(0, page.limit);
  const ports = Array.from(wanted, (key) => {
    const port = portAnswer(attributed, key % ROW_SPAN);
    if (!page.lifeLines) return port;
    return { ...port, lifeLine: lifeLineAnswer(ledger.lifeLine(port.netns, port.protocol, port.port)) };
  });
  const last = ports.at(-1);
  const isLast = length <= page.limit || last === undefined;
  return {
    takenAtMs: Math.round(attributed.sample.takenAtMs),
    total: rows.length,
    ports,
    ...(!isLast && { nextCursor: formatCursor(last) }),
  };
}

/** What is known of one port number in every namespace; only while the ledger is settled. */
export function tellJourney(ledger: LedgerView, protocol: Protocol, port: number): JourneyAnswer {
  const attributed = ledger.attributed();
  if (attributed === undefined) return { takenAtMs: 0, protocol, port, journeys: [] };
  const journeys = attributed.sample.namespaces.flatMap(({ name }, netns) => {
    const row = findRow(attributed, netns, protocol, port);
    const lifeLine = lifeLineAnswer(ledger.lifeLine(name, protocol, port));
    if (row < 0 && lifeLine.length === 0) return [];
    return [{ netns: name, ...(row >= 0 && { now: portAnswer(attributed, row) }), lifeLine }];
  });
  return { takenAtMs: Math.round(attributed.sample.takenAtMs), protocol, port, journeys };
}

function matchingRows({ ports, groups }: Attributed, filter: PortFilter): number[] {
  const wanted = groups.map(
    ({ process, unit, netns }) =>
      (filter.process === undefined || filter.process === process) &&
      (filter.unit === undefined || filter.unit === unit) &&
      (filter.netns === undefined || filter.netns === netns),
  );
  const rows: number[] = [];
  for (let row = 0; row < ports.length; row++) {
    if (filter.stuck && ports.stuck[row] === 0) continue;
    if (wanted[ports.group[row] as number] === true) rows.push(row);
  }
  return rows;
}

function keyOfRow({ ports }: Attributed, row: number): number {
  return keyOf(ports.netns[row] as number, ports.protocol[row] as number, ports.port[row] as number);
}

function keyOfPosition({ sample }: Attributed, { netns, protocol, port }: PortPosition): number | undefined {
  const index = sample.namespaces.findIndex(({ name }) => name === netns);
  return index < 0 ? undefined : keyOf(index, PROTOCOLS.indexOf(protocol), port);
}

function keyOf(netns: number, protocol: number, port: number): number {
  return (netns * 2 + protocol) * 65_536 + port;
}

function findRow({ ports }: Attributed, netns: number, protocol: Protocol, port: number): number {
  const code = PROTOCOLS.indexOf(protocol);
  for (let row = 0; row < ports.length; row++) {
    if (ports.port[row] === port && ports.protocol[row] === code && ports.netns[row] === netns) return row;
  }
  return -1;
}

function portAnswer(attributed: Attributed, row: number): PortAnswer {
  const { ports, sample, groups, owners, remotes } = attributed;
  const socket = ports.socket[row] as number;
  const { local, remote, remotePort } = sample.sockets;
  const group = groups[ports.group[row] as number];
  const owner = owners[ports.owner[row] as number];
  const heldSinceMs = ports.heldSinceMs[row] as number;
  const isHeld = !Number.isNaN(heldSinceMs);
  const last = ports.lastRemote[row] as number;
  const peerPort = remotePort[socket] ?? 0;
  const peer = peerPort === 0 ? undefined : formatEndpoint(remote, socket * 4, peerPort);
  const known = last < 0 ? undefined : formatEndpoint(remotes.words, last * 4, remotes.ports[last] as number);
  const told = isHeld ? known : peer;
  return {
    netns: sample.namespaces[ports.netns[row] as number]?.name ?? '',
    protocol: PROTOCOLS[ports.protocol[row] as number] as Protocol,
    port: ports.port[row] as number,
    state: PORT_STATES[ports.state[row] as number] as PortState,
    process: group?.process ?? '',
    unit: group?.unit ?? '',
    ...(owner && { pid: owner.pid }),
    local: formatAddress(local, socket * 4),
    ...(isHeld && { heldSinceMs: Math.round(sample.takenAtMs - sample.bootMs + heldSinceMs) }),
    stuck: ports.stuck[row] === 1,
    ...(told !== undefined && { remote: told }),
  };
}

function lifeLineAnswer(spans: readonly LifeSpan[]): LifeSpanAnswer[] {
  return spans.map(({ state, process, unit, pid, remote, fromMs, toMs }) => ({
    state,
    ...(process !== '' && { process }),
    ...(unit !== '' && { unit }),
    ...(pid > 0 && { pid }),
    ...(remote !== '' && { remote }),
    fromMs: Math.round(fromMs),
    ...(toMs !== undefined && { toMs: Math.round(toMs) }),
  }));
}
