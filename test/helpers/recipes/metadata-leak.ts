import type { Namespace } from '../namespace.ts';
import { type Lab, listenOn, openSockets } from '../socket-lab.ts';

export const METADATA = { address: '169.254.169.254', port: 80 } as const;
export const METADATA_REMOTE = '169.254.169.254:80';

/**
 * How a request leaves its port bound on Linux: a port asked for by number whose connection ends by RST (the row keeps its
 * peer) or by connect(AF_UNSPEC) (it does not), or a second socket on the port (SO_REUSEADDR), which never had a peer.
 */
export const LEAK_SHAPES = ['reset', 'disconnect', 'second_socket'] as const;
export type LeakShape = (typeof LEAK_SHAPES)[number];

/** Gives the namespace the metadata address (on loopback: not every kernel has dummy devices) and a listener there. */
export async function serveMetadata(namespace: Namespace, server: Lab): Promise<number> {
  await namespace.exec('ip', 'address', 'add', `${METADATA.address}/32`, 'dev', 'lo');
  return listenOn(server, METADATA.port, METADATA.address);
}

export interface LeakOptions {
  readonly shape: LeakShape;
  readonly ports: readonly number[];
  /** Runs while the connections are open. */
  readonly whenOpen?: () => Promise<void>;
}

/** For each port a GET to the metadata address that gets a 404; every port stays bound afterwards, by one socket. */
export async function leakByRequest(
  client: Lab,
  server: Lab,
  listener: number,
  { shape, ports, whenOpen }: LeakOptions,
): Promise<void> {
  const count = ports.length;
  const reuseAddress = shape === 'second_socket';
  const handles = await openSockets(client, { count, reuseAddress });
  await client.run('bindEach', { handles, ports, address: '0.0.0.0' });
  if (shape === 'second_socket') {
    const second = await openSockets(client, { count, reuseAddress });
    await client.run('bindEach', { handles: second, ports, address: '0.0.0.0' });
  }
  const results = await client.run<string[]>('connect', { handles, ...METADATA });
  if (results.some((result) => result !== '')) throw new Error(`the leak needs connections: ${results}`);
  const accepted = await server.run<number[]>('accept', { handle: listener, count });
  await client.run('send', { handles, text: 'GET /latest/meta-data/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n' });
  await server.run('receive', { handles: accepted });
  await server.run('send', { handles: accepted, text: 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n' });
  const answers = await client.run<string[]>('receive', { handles });
  if (answers.some((answer) => !answer.startsWith('HTTP/1.1 404'))) throw new Error(`not a 404: ${answers[0]}`);
  await whenOpen?.();
  if (shape === 'disconnect') {
    await client.run('disconnect', { handles });
    await server.run('close', { handles: accepted, reset: true });
    return;
  }
  await server.run('close', { handles: accepted, reset: true });
  await client.run('awaitReset', { handles });
  if (shape === 'second_socket') await client.run('close', { handles });
}
