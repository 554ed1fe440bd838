import type { Server } from 'node:http';
import { ExporterError } from '../errors.ts';
import { listen } from './http-server.ts';
import { formatListenAddress, type ListenAddress, parseListenAddress } from './listen-address.ts';
import { createWebServer, type WebServerOptions } from './web-server.ts';

/** One place that requests come in by. */
export interface Listener {
  /** As one would type it: `127.0.0.1:10071`, `[::]:10071`, a path. */
  readonly address: string;
  close(graceMs: number): Promise<void>;
}

/** Listens on every address or on none. @throws ExporterError EPH_LISTEN */
export async function openTcpListeners(
  addresses: readonly string[],
  options: WebServerOptions,
): Promise<readonly Listener[]> {
  return openAll(addresses, (text) => {
    const address = parseListenAddress(text);
    if (address === undefined) throw new ExporterError('EPH_LISTEN', `${text} is not a listen address`);
    return openOne(`listen on ${text}`, address, options);
  });
}

/** Takes over sockets that are open already. @throws ExporterError EPH_LISTEN */
export async function adoptListeners(fds: readonly number[], options: WebServerOptions): Promise<readonly Listener[]> {
  return openAll(fds, (fd) => openOne(`use the socket passed as descriptor ${fd}`, { fd }, options));
}

async function openAll<T>(targets: readonly T[], open: (target: T) => Promise<Listener>): Promise<readonly Listener[]> {
  const listeners: Listener[] = [];
  try {
    for (const target of targets) listeners.push(await open(target));
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close(0)));
    throw error;
  }
  return listeners;
}

async function openOne(
  what: string,
  target: ListenAddress | { fd: number },
  options: WebServerOptions,
): Promise<Listener> {
  const { server, drain } = createWebServer(options);
  try {
    await listen(server, target);
  } catch (error) {
    throw listenError(what, target, error);
  }
  return { address: addressOf(server), close: drain };
}

function addressOf(server: Server): string {
  const bound = server.address();
  if (bound === null) return '';
  return typeof bound === 'string' ? bound : formatListenAddress({ host: bound.address, port: bound.port });
}

function listenError(what: string, target: ListenAddress | { fd: number }, error: unknown): ExporterError {
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const port = 'port' in target ? target.port : 0;
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: `the port is taken; see by whom with: ss -ltnp 'sport = :${port}', or choose another with --web.listen-address`,
    EACCES:
      'permission denied; ports below 1024 need CAP_NET_BIND_SERVICE, or choose another with --web.listen-address',
    EADDRNOTAVAIL: 'this host does not have that address; see those it has with: ip address',
    ENOTFOUND: 'the host name is not known; use an address',
    EAI_AGAIN: 'the host name cannot be resolved now; use an address',
  };
  const reason = hints[String(code)] ?? (error instanceof Error ? error.message : String(error));
  return new ExporterError('EPH_LISTEN', `cannot ${what}: ${reason}`, { cause: error });
}
