import type { Namespace } from '../namespace.ts';
import { connectPairs, type Lab, listenOn, openSockets } from '../socket-lab.ts';
import { bindOnLoopback } from './bound.ts';
import { leaveTimeWait } from './connected.ts';
import { NO_PEER, OUTSIDE_PORT, type TrueRow, type Truth, tcpRows } from './truth.ts';

/** A18: UDP bound, connected, bound by sending, and only opened. */
export async function useUdp(lab: Lab): Promise<Truth> {
  const handles = await openSockets(lab, { kind: 'udp', count: 4 });
  const [bound, connected, sending] = handles.map((handle) => [handle]);
  await lab.run('bind', { handles: bound });
  await lab.run('connect', { handles: connected, port: OUTSIDE_PORT });
  await lab.run('sendTo', { handle: sending?.[0], address: '127.0.0.1', port: OUTSIDE_PORT });
  const ports = await lab.run<number[]>('ports', { handles: handles.slice(0, 3) });
  const row = (index: number, state: TrueRow['state'], remote: string): TrueRow => ({
    protocol: 'udp',
    family: 4,
    state,
    port: ports[index] as number,
    remote,
    owner: lab.pid,
  });
  return [
    row(0, 'unconnected', NO_PEER),
    row(1, 'established', `127.0.0.1:${OUTSIDE_PORT}`),
    row(2, 'unconnected', NO_PEER),
  ];
}

export interface FullRange {
  readonly truth: Truth;
  /** Errno name of one more connection to the same destination. */
  readonly sameDestination: string;
  /** Errno name of a connection to another destination; empty when it works. */
  readonly otherDestination: string;
}

/** A19: every one of the `count` ports of the range connected to one destination; another destination still works. */
export async function fillByConnecting(client: Lab, server: Lab, count: number): Promise<FullRange> {
  const handle = await listenOn(server, OUTSIDE_PORT);
  await listenOn(server, OUTSIDE_PORT + 1);
  const { clientPorts } = await connectPairs(client, server, { handle, port: OUTSIDE_PORT }, count);
  const sameDestination = await tryConnect(client, OUTSIDE_PORT);
  const other = await openSockets(client);
  const [otherDestination] = await client.run<[string]>('connect', { handles: other, port: OUTSIDE_PORT + 1 });
  const otherPorts = otherDestination === '' ? await client.run<number[]>('ports', { handles: other }) : [];
  const truth = [
    ...tcpRows(clientPorts, 'established', client.pid, `127.0.0.1:${OUTSIDE_PORT}`),
    ...tcpRows(otherPorts, 'established', client.pid, `127.0.0.1:${OUTSIDE_PORT + 1}`),
  ];
  return { truth, sameDestination, otherDestination };
}

/** A20: every one of the `count` ports of the range bound and nothing else; no destination works. */
export async function fillByBinding(client: Lab, server: Lab, count: number): Promise<FullRange> {
  await listenOn(server, OUTSIDE_PORT);
  await listenOn(server, OUTSIDE_PORT + 1);
  const truth = await bindOnLoopback(client, count);
  const sameDestination = await tryConnect(client, OUTSIDE_PORT);
  return { truth, sameDestination, otherDestination: await tryConnect(client, OUTSIDE_PORT + 1) };
}

/** Every one of the `count` ports asked for by bind(0) and then connected, to two destinations in turn; no destination works. */
export async function fillByBindingAndConnecting(client: Lab, server: Lab, count: number): Promise<FullRange> {
  const truth: TrueRow[] = [];
  for (const port of [OUTSIDE_PORT, OUTSIDE_PORT + 1]) {
    const listener = await listenOn(server, port);
    const handles = await openSockets(client, { count: count / 2 });
    const ports = await client.run<number[]>('bind', { handles });
    const failed = (await client.run<string[]>('connect', { handles, port })).find((result) => result !== '');
    if (failed !== undefined) throw new Error(`connect: ${failed}`);
    await server.run('accept', { handle: listener, count: count / 2 });
    truth.push(...tcpRows(ports, 'established', client.pid, `127.0.0.1:${port}`));
  }
  await listenOn(server, OUTSIDE_PORT + 2);
  const sameDestination = await tryConnect(client, OUTSIDE_PORT);
  return { truth, sameDestination, otherDestination: await tryConnect(client, OUTSIDE_PORT + 2) };
}

/** Every one of the `count` ports in TIME_WAIT towards one destination; another still works. */
export async function fillByTimeWait(client: Lab, server: Lab, count: number): Promise<FullRange> {
  await listenOn(server, OUTSIDE_PORT + 1);
  const truth = await leaveTimeWait(client, server, { count });
  const sameDestination = await tryConnect(client, OUTSIDE_PORT);
  return { truth, sameDestination, otherDestination: await tryConnect(client, OUTSIDE_PORT + 1) };
}

/** Every one of the `count` ports held by a UDP socket of the wildcard address; no datagram leaves, wherever it goes. */
export async function fillByUdp(client: Lab, count: number): Promise<FullRange> {
  const handles = await openSockets(client, { kind: 'udp', count });
  const ports = await client.run<number[]>('bind', { handles, address: '0.0.0.0' });
  const truth = ports.map(
    (port): TrueRow => ({ protocol: 'udp', family: 4, state: 'unconnected', port, owner: client.pid }),
  );
  const trySend = async (port: number): Promise<string> => {
    const [handle] = await openSockets(client, { kind: 'udp' });
    const failure = await client
      .run('sendTo', { handle, address: '127.0.0.1', port })
      .catch((error: Error) => error.message);
    await client.run('close', { handles: [handle] });
    return failure === null ? '' : String(failure).replace(/^.*: /, '');
  };
  return { truth, sameDestination: await trySend(OUTSIDE_PORT), otherDestination: await trySend(OUTSIDE_PORT + 1) };
}

/** A19 to A21 use a range of 100 ports. */
export async function setSmallRange(namespace: Namespace, reserved = ''): Promise<void> {
  await namespace.setSysctl('net.ipv4.ip_local_port_range', '40000 40099');
  await namespace.setSysctl('net.ipv4.ip_local_reserved_ports', reserved);
}

/** A25: `rate` connections a second within one program, each open for a second, for as long as it lives. */
export async function churnConnections(lab: Lab, rate: number): Promise<void> {
  const handle = await listenOn(lab, OUTSIDE_PORT);
  await lab.run('churn', { handle, rate, lifeMs: 1000 });
}

async function tryConnect(client: Lab, port: number): Promise<string> {
  const handles = await openSockets(client);
  const [result] = await client.run<[string]>('connect', { handles, port });
  await client.run('close', { handles });
  return result;
}
