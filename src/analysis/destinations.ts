import type { Attributed } from '../model/attributed.ts';
import { PROTOCOL } from '../model/protocol.ts';
import type { Destination } from '../model/report.ts';
import { PORT_STATE, SOCKET_STATE } from '../model/socket-state.ts';
import { EndpointIndex } from './endpoint-index.ts';
import { PairCounts } from './pair-counts.ts';

const BUSIEST = 5;
const NETNS_SHIFT = 65_536;
const SLICE_ROWS = 16_384;

/** What the TCP destinations of one namespace take. */
export interface DestinationUse {
  /** The busiest first. */
  readonly busiest: readonly Destination[];
  /** Most unlocked ports that any one source address has in use towards any one destination. */
  readonly worst: number;
}

/**
 * For each namespace the use of its destinations: ports with a connection to it, in TIME_WAIT included. Bound sockets with a
 * stale peer serve nothing, and the peers of a listening port are clients, not destinations. Yields where the event loop may turn.
 */
export function* destinationUse(attributed: Attributed, locked: Uint8Array): Generator<void, DestinationUse[]> {
  const { sample } = attributed;
  const { length, remote, remotePort, local, netns } = sample.sockets;
  const endpoints = new EndpointIndex();
  const sources = new EndpointIndex();
  const destinationOfSocket = new Int32Array(length).fill(-1);
  const sourceOfDestination = new Int32Array(length).fill(-1);
  const used = new Int32Array(length);
  const unlocked = new Int32Array(length);
  const several = new Uint8Array(length);
  let anySeveral = false;
  for (let row = 0; row < length; row++) {
    if (row % SLICE_ROWS === SLICE_ROWS - 1) yield;
    if (!serves(attributed, row)) continue;
    const tag = (remotePort[row] as number) + (netns[row] as number) * NETNS_SHIFT;
    const destination = endpoints.idOf(remote, row * 4, tag);
    const source = sources.idOf(local, row * 4, 0);
    destinationOfSocket[row] = destination;
    used[destination] = (used[destination] as number) + 1;
    if (locked[attributed.portOfSocket[row] as number] === 0)
      unlocked[destination] = (unlocked[destination] as number) + 1;
    if (sourceOfDestination[destination] === -1) sourceOfDestination[destination] = source;
    else if (sourceOfDestination[destination] !== source) {
      several[destination] = 1;
      anySeveral = true;
    }
  }
  yield;
  // To one destination a source address has a port once, so rows are ports. With several source addresses they are not.
  if (anySeveral) recount({ attributed, locked, sources, destinationOfSocket, several, used, unlocked });
  yield;
  return summarize(sample.namespaces.length, endpoints, used, unlocked);
}

function serves({ sample, ports, portOfSocket }: Attributed, row: number): boolean {
  const { protocol, state, remotePort } = sample.sockets;
  const port = portOfSocket[row] as number;
  if (port < 0 || protocol[row] !== PROTOCOL.tcp || remotePort[row] === 0) return false;
  if (state[row] === SOCKET_STATE.bound || state[row] === SOCKET_STATE.listen) return false;
  return ports.state[port] !== PORT_STATE.listen;
}

interface Recount {
  readonly attributed: Attributed;
  readonly locked: Uint8Array;
  readonly sources: EndpointIndex;
  readonly destinationOfSocket: Int32Array;
  readonly several: Uint8Array;
  readonly used: Int32Array;
  readonly unlocked: Int32Array;
}

/** Distinct ports, and the unlocked ones of the busiest source address, of each destination that `several` marks. */
function recount({ attributed, locked, sources, destinationOfSocket, several, used, unlocked }: Recount): void {
  const { length, local } = attributed.sample.sockets;
  const ports = new PairCounts();
  const bySource = new PairCounts();
  for (let destination = 0; destination < several.length; destination++) {
    if (several[destination] === 0) continue;
    used[destination] = 0;
    unlocked[destination] = 0;
  }
  for (let row = 0; row < length; row++) {
    const destination = destinationOfSocket[row] as number;
    if (destination < 0 || several[destination] === 0) continue;
    const port = attributed.portOfSocket[row] as number;
    if (ports.add(destination, port) === 1) used[destination] = (used[destination] as number) + 1;
    if (locked[port] === 1) continue;
    const count = bySource.add(destination, sources.idOf(local, row * 4, 0));
    unlocked[destination] = Math.max(unlocked[destination] as number, count);
  }
}

function summarize(
  namespaceCount: number,
  endpoints: EndpointIndex,
  used: Int32Array,
  unlocked: Int32Array,
): DestinationUse[] {
  const worst = new Int32Array(namespaceCount);
  const busiest: number[][] = Array.from({ length: namespaceCount }, () => []);
  const order = (one: number, other: number): number =>
    (used[other] as number) - (used[one] as number) || endpoints.compare(one, other);
  for (let id = 0; id < endpoints.length; id++) {
    const netns = Math.floor(endpoints.tagOf(id) / NETNS_SHIFT);
    worst[netns] = Math.max(worst[netns] as number, unlocked[id] as number);
    const top = busiest[netns] as number[];
    const last = top[BUSIEST - 1];
    if (last !== undefined && order(last, id) < 0) continue;
    top.push(id);
    top.sort(order);
    if (top.length > BUSIEST) top.pop();
  }
  return busiest.map((top, netns) => ({
    worst: worst[netns] as number,
    busiest: top.map((id) => ({
      remote: endpoints.textOf(id, endpoints.tagOf(id) % NETNS_SHIFT),
      class: endpoints.classOf(id),
      used: used[id] as number,
    })),
  }));
}
