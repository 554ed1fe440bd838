import { copyFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLineProgram } from './line-program.ts';

const LAB = fileURLToPath(new URL('./socket-lab.py', import.meta.url));

/** A process that makes and holds sockets; see socket-lab.py for what it can do. */
export interface Lab {
  readonly pid: number;
  /** @throws Error with the errno name when the system refused. */
  run<T = void>(name: string, args?: Readonly<Record<string, unknown>>): Promise<T>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface OpenOptions {
  readonly family?: 'inet' | 'inet6';
  readonly kind?: 'tcp' | 'udp' | 'mptcp';
  readonly count?: number;
  /** IP_BIND_ADDRESS_NO_PORT. */
  readonly noPort?: boolean;
  readonly nonBlocking?: boolean;
  /** SO_REUSEADDR. */
  readonly reuseAddress?: boolean;
}

/** A program name of its own for a lab: a copy of the interpreter as `directory`/`name`. */
export function copyInterpreter(directory: string, name: string): string {
  const path = join(directory, name);
  copyFileSync(realpathSync('/usr/bin/python3'), path);
  return path;
}

export function startLab(netns: string, interpreter = 'python3'): Lab {
  const program = startLineProgram(netns, interpreter, [LAB]);
  return {
    pid: program.pid,
    async run<T>(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<T> {
      const answer = (await program.ask({ do: name, ...args })) as { readonly ok: T } | { readonly error: string };
      if ('error' in answer) throw new Error(`${name}: ${answer.error}`);
      return answer.ok;
    },
    stop: program.stop,
    kill: program.kill,
  };
}

/** Handles of new sockets. */
export function openSockets(lab: Lab, options: OpenOptions = {}): Promise<number[]> {
  return lab.run('open', { ...options });
}

/** A listener of `lab` on `address`:`port`. */
export async function listenOn(lab: Lab, port: number, address = '127.0.0.1', backlog = 4096): Promise<number> {
  const handles = await openSockets(lab, { family: address.includes(':') ? 'inet6' : 'inet' });
  await lab.run('bind', { handles, address, port });
  await lab.run('listen', { handle: handles[0], backlog });
  return handles[0] as number;
}

export interface Pairs {
  /** Handles of the connecting ends, with their local ports. */
  readonly clients: readonly number[];
  readonly clientPorts: readonly number[];
  /** Handles of the accepted ends. */
  readonly servers: readonly number[];
}

/** `count` connections from `client` to a listener of `server`, accepted. */
export async function connectPairs(
  client: Lab,
  server: Lab,
  listener: { readonly handle: number; readonly port: number; readonly address?: string },
  count: number,
  options: OpenOptions = {},
): Promise<Pairs> {
  const clients = await openSockets(client, { ...options, count });
  const results = await client.run<string[]>('connect', {
    handles: clients,
    address: listener.address ?? '127.0.0.1',
    port: listener.port,
  });
  const failed = results.find((result) => result !== '');
  if (failed !== undefined) throw new Error(`connect: ${failed}`);
  const servers = await server.run<number[]>('accept', { handle: listener.handle, count });
  return { clients, clientPorts: await client.run<number[]>('ports', { handles: clients }), servers };
}
