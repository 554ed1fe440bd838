import { createServer } from 'node:net';
import { type ListenAddress, parseListenAddress } from '../../http/listen-address.ts';
import { type Finding, failure, notApplicable, ok, type PlatformChecks, warning } from '../../platform/check.ts';

export interface ListenOptions {
  readonly addresses: readonly string[];
  readonly systemdSocket: boolean;
  /** An exporter answers that is to listen there. */
  readonly isRunning: boolean;
  /** An exporter may be there, but cannot be asked. */
  readonly isRefused: boolean;
  readonly platform: Pick<PlatformChecks, 'listenerOf'>;
  /** Errno name of an attempt to listen there, empty when it works. */
  readonly tryListen?: (address: ListenAddress) => Promise<string>;
}

/** Whether every listen address is free, or taken by the exporter itself. */
export async function checkListen(options: ListenOptions): Promise<Finding> {
  const { addresses, systemdSocket, tryListen = tryToListen } = options;
  if (systemdSocket) return notApplicable('the sockets come from systemd');
  if (addresses.length === 0) return notApplicable('no listener: --web.listen-address is empty');
  for (const text of addresses) {
    const address = parseListenAddress(text);
    if (address === undefined) return failure(`${text} is no listen address`, 'host:port, :port or [ipv6]:port');
    // Port 0 asks for any that is free, and trying that would take an ephemeral one.
    const code = address.port === 0 ? '' : await tryListen(address);
    const finding = await judge(text, address, code, options);
    if (finding !== undefined) return finding;
  }
  const list = addresses.join(', ');
  return ok(options.isRunning ? `the running exporter listens on ${list}` : `${list} is free`);
}

/** What is wrong with an address; undefined when nothing is. */
async function judge(
  text: string,
  { port }: ListenAddress,
  code: string,
  { isRunning, isRefused, platform }: ListenOptions,
): Promise<Finding | undefined> {
  if (code === 'EADDRINUSE') {
    if (isRunning) return undefined;
    const holder = await platform.listenerOf(port);
    if (holder === '' && isRefused) {
      return warning(
        `${text} is taken, by the exporter itself or by another: it may not be asked`,
        'ask as root: sudo ephemeral-port-exporter doctor',
      );
    }
    const by = holder === '' ? 'another program' : holder;
    const see = holder === '' ? `ss -ltnp 'sport = :${port}' as root tells by whom; or ` : '';
    return failure(`${text} is taken by ${by}`, `${see}choose another with --web.listen-address=:10072`);
  }
  if (code === 'EACCES') {
    return failure(`${text}: permission denied`, 'grant CAP_NET_BIND_SERVICE, or choose a port of 1024 or above');
  }
  if (code !== '')
    return failure(`${text} cannot be listened on: ${code}`, 'ip address shows the addresses of this host');
  if (!isRunning || port === 0) return undefined;
  return failure(
    `the running exporter does not listen on ${text}`,
    'restart it: systemctl restart ephemeral-port-exporter',
  );
}

/** Listens for a moment: the only answer that counts for rights, addresses and takers alike. */
function tryToListen(address: ListenAddress): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ ...address, exclusive: true }, () => server.close(() => resolve('')));
  });
}
