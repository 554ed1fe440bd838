import { readFileSync } from 'node:fs';
import type { Namespace } from '../namespace.ts';
import { eventually } from '../program.ts';
import { connectPairs, type Lab, listenOn, openSockets } from '../socket-lab.ts';
import { INSIDE_PORT, NO_PEER, OUTSIDE_PORT, type Truth, tcpRows } from './truth.ts';

const OUTSIDE = `127.0.0.1:${OUTSIDE_PORT}`;
const INSIDE = `127.0.0.1:${INSIDE_PORT}`;
const SYN_SENT = 2;

/** A7: `count` accepted connections to a listener outside the range. */
export async function connectAndHold(client: Lab, server: Lab, count: number): Promise<Truth> {
  const handle = await listenOn(server, OUTSIDE_PORT);
  const { clientPorts } = await connectPairs(client, server, { handle, port: OUTSIDE_PORT }, count);
  return tcpRows(clientPorts, 'established', client.pid, OUTSIDE);
}

/** A8: the server closes, the client never does; the listener lies in the range. */
export async function leakCloseWait(client: Lab, server: Lab, count: number): Promise<Truth> {
  const handle = await listenOn(server, INSIDE_PORT);
  const { clientPorts, servers } = await connectPairs(client, server, { handle, port: INSIDE_PORT }, count);
  await server.run('close', { handles: servers });
  return [
    ...tcpRows([INSIDE_PORT], 'listen', server.pid, NO_PEER),
    ...tcpRows(clientPorts, 'close_wait', client.pid, INSIDE),
    ...clientPorts.flatMap((port) => tcpRows([INSIDE_PORT], 'fin_wait2', 'kernel', `127.0.0.1:${port}`)),
  ];
}

/** How the client of {@link leaveTimeWait} ends its connections. */
export type ClosingWay = 'close' | 'closeInThread' | 'kill';

/** A9, A10, A11: the client ends its connections first, then the server; `whenOpen` runs in between. */
export async function leaveTimeWait(
  client: Lab,
  server: Lab,
  options: {
    readonly count: number;
    readonly way?: ClosingWay;
    readonly whenOpen?: (truth: Truth) => Promise<void>;
  },
): Promise<Truth> {
  const { count, way = 'close', whenOpen } = options;
  const handle = await listenOn(server, OUTSIDE_PORT);
  const { clients, clientPorts, servers } = await connectPairs(client, server, { handle, port: OUTSIDE_PORT }, count);
  await whenOpen?.(tcpRows(clientPorts, 'established', client.pid, OUTSIDE));
  if (way === 'kill') await client.kill();
  else await client.run(way, { handles: clients });
  await server.run('awaitEnd', { handles: servers });
  await server.run('close', { handles: servers });
  // The last FINs may still be on their way, and the removal of an earlier test's namespace was seen to take some of these
  // ports out of TIME_WAIT: what is true is what the kernel's own table of this namespace says once all have left the rest.
  const left = await eventually('no port but in TIME_WAIT', () => {
    const rows = readFileSync(`/proc/${server.pid}/net/tcp`, 'utf8').split('\n').slice(1);
    const states = rows.map((row) => row.trim().split(/\s+/)).filter(([, local]) => local !== undefined);
    const open = states.filter(([, , , state]) => state !== '06' && state !== '0A');
    if (open.length > 0) return undefined;
    return states
      .filter(([, , , state]) => state === '06')
      .map(([, local]) => Number.parseInt((local as string).slice(-4), 16));
  });
  const inTimeWait = clientPorts.filter((port) => left.includes(port));
  if (inTimeWait.length < count / 2) throw new Error(`${inTimeWait.length} of ${count} ports in TIME_WAIT`);
  return tcpRows(inTimeWait, 'time_wait', 'time_wait', OUTSIDE);
}

/** A12: the server resets, the client keeps its descriptors. */
export async function keepReset(client: Lab, server: Lab, count: number): Promise<Truth> {
  const handle = await listenOn(server, OUTSIDE_PORT);
  const { servers } = await connectPairs(client, server, { handle, port: OUTSIDE_PORT }, count);
  await server.run('close', { handles: servers, reset: true });
  return [];
}

/** A13: three connections to a listener in the range whose backlog of 0 holds one, and which never accepts. */
export async function overflowBacklog(client: Lab, server: Lab): Promise<Truth> {
  await listenOn(server, INSIDE_PORT, '127.0.0.1', 0);
  const handles = await openSockets(client, { count: 3, nonBlocking: true });
  await client.run('connect', { handles, port: INSIDE_PORT });
  const states = await client.run<number[]>('states', { handles });
  const ports = await client.run<number[]>('ports', { handles });
  const waiting = ports.filter((_, index) => states[index] === SYN_SENT);
  const open = ports.filter((_, index) => states[index] !== SYN_SENT);
  if (waiting.length === 0) throw new Error('the recipe needs a connection that hangs');
  return [
    ...tcpRows([INSIDE_PORT], 'listen', server.pid, NO_PEER),
    ...tcpRows(waiting, 'syn_sent', client.pid, INSIDE),
    ...tcpRows(open, 'established', client.pid, INSIDE),
    ...open.flatMap((port) => tcpRows([INSIDE_PORT], 'established', 'kernel', `127.0.0.1:${port}`)),
  ];
}

/** A16: an IPv6 socket on a mapped IPv4 address. */
export async function connectMapped(client: Lab, server: Lab): Promise<Truth> {
  const handle = await listenOn(server, OUTSIDE_PORT);
  const listener = { handle, port: OUTSIDE_PORT, address: '::ffff:127.0.0.1' };
  const { clientPorts } = await connectPairs(client, server, listener, 1, { family: 'inet6' });
  return tcpRows(clientPorts, 'established', client.pid, OUTSIDE);
}

/** A17: one connection to a 169.254/16 address and one to an fe80::/10 address, both on loopback. */
export async function connectLinkLocal(namespace: Namespace, client: Lab, server: Lab): Promise<Truth> {
  await namespace.exec('ip', 'addr', 'add', '169.254.1.1/16', 'dev', 'lo');
  await namespace.exec('ip', 'addr', 'add', 'fe80::1/64', 'dev', 'lo', 'nodad');
  const four = await listenOn(server, OUTSIDE_PORT, '169.254.1.1');
  await listenOn(server, OUTSIDE_PORT + 1, '::');
  const listener = { handle: four, port: OUTSIDE_PORT, address: '169.254.1.1' };
  const { clientPorts } = await connectPairs(client, server, listener, 1);
  const handles = await openSockets(client, { family: 'inet6' });
  const target = { handles, address: 'fe80::1', port: OUTSIDE_PORT + 1, scope: 'lo' };
  const [failed] = await client.run<string[]>('connect', target);
  if (failed !== '') throw new Error(`the recipe needs a link-local connection: ${failed}`);
  const sixPorts = await client.run<number[]>('ports', { handles });
  const six = tcpRows(sixPorts, 'established', client.pid, `[fe80::1]:${OUTSIDE_PORT + 1}`);
  return [
    ...tcpRows(clientPorts, 'established', client.pid, `169.254.1.1:${OUTSIDE_PORT}`),
    ...six.map((row) => ({ ...row, family: 6 as const })),
  ];
}
