import { type Lab, openSockets } from '../socket-lab.ts';
import { NO_PEER, type Truth, tcpRows } from './truth.ts';

/** A1: `count` sockets bound to 127.0.0.1 and nothing else, the leak of the real case. */
export async function bindOnLoopback(lab: Lab, count: number): Promise<Truth> {
  const handles = await openSockets(lab, { count });
  return tcpRows(await lab.run('bind', { handles }), 'bound', lab.pid, NO_PEER);
}

/** A2: bound to the wildcard of each family; the IPv6 one is dual-stack. */
export async function bindOnWildcards(lab: Lab, count: number): Promise<Truth> {
  const four = await openSockets(lab, { count });
  const six = await openSockets(lab, { count, family: 'inet6' });
  const fourPorts = await lab.run<number[]>('bind', { handles: four, address: '0.0.0.0' });
  const sixPorts = await lab.run<number[]>('bind', { handles: six, address: '::' });
  const sixRows = tcpRows(sixPorts, 'bound', lab.pid, NO_PEER).map((row) => ({ ...row, family: 6 as const }));
  return [...tcpRows(fourPorts, 'bound', lab.pid, NO_PEER), ...sixRows];
}

/** A3: bound with IP_BIND_ADDRESS_NO_PORT, which holds no port. */
export async function bindWithoutPort(lab: Lab, count: number): Promise<Truth> {
  await lab.run('bind', { handles: await openSockets(lab, { count, noPort: true }) });
  return [];
}

/** A4: refused connections whose descriptors are kept; their ports were given back. */
export async function keepRefused(lab: Lab, count: number): Promise<Truth> {
  const handles = await openSockets(lab, { count });
  await expectErrors(lab, { handles, port: 1 }, 'ECONNREFUSED');
  return [];
}

/** A5: a port asked for by number is kept after a refused connection. */
export async function keepRefusedExplicit(lab: Lab): Promise<Truth> {
  const handles = await openSockets(lab);
  await lab.run('bind', { handles, port: 45_001 });
  await expectErrors(lab, { handles, port: 1 }, 'ECONNREFUSED');
  return tcpRows([45_001], 'bound', lab.pid);
}

/** A6: bound, then no way to the remote (needs a namespace that has only loopback). */
export async function bindThenUnreachable(lab: Lab): Promise<Truth> {
  const handles = await openSockets(lab);
  const ports = await lab.run<number[]>('bind', { handles, address: '0.0.0.0' });
  await expectErrors(lab, { handles, address: '203.0.113.1', port: 80 }, 'ENETUNREACH');
  return tcpRows(ports, 'bound', lab.pid);
}

/** A14: a child holds the same sockets; they are counted once. `child` must be ended by its pid. */
export async function bindThenFork(
  lab: Lab,
  count: number,
): Promise<{ readonly truth: Truth; readonly child: number }> {
  const truth = await bindOnLoopback(lab, count);
  return { truth, child: await lab.run<number>('fork') };
}

/** A28: an MPTCP socket that did bind(0). */
export async function bindMptcp(lab: Lab): Promise<Truth> {
  const handles = await openSockets(lab, { kind: 'mptcp' });
  return tcpRows(await lab.run('bind', { handles }), 'bound', lab.pid, NO_PEER);
}

async function expectErrors(lab: Lab, target: Readonly<Record<string, unknown>>, errno: string): Promise<void> {
  const results = await lab.run<string[]>('connect', target);
  if (results.some((result) => result !== errno)) throw new Error(`the recipe needs ${errno}, got ${results}`);
}
