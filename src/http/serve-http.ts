import { performance } from 'node:perf_hooks';
import type { Settings } from '../config/settings.ts';
import { OPEN_WEB, type WebConfig } from '../config/web/web-config.ts';
import { ExporterError } from '../errors.ts';
import { openControlSocket } from './control-socket.ts';
import { createBcryptThread } from './guard/bcrypt-thread.ts';
import { createPasswordCheck } from './guard/password-check.ts';
import { createRateLimiter } from './guard/rate-limiter.ts';
import { createWebGuard } from './guard/web-guard.ts';
import { HTTP_LIMITS, type HttpLimits, type RequestHandler } from './http-server.ts';
import { systemdSocketFds } from './systemd-sockets.ts';
import { adoptListeners, type Listener, openTcpListeners } from './tcp-listeners.ts';
import { createWebApp, type WebAppOptions } from './web-app.ts';

export interface HttpOptions extends Omit<WebAppOptions, 'guard'> {
  readonly settings: WebAppOptions['settings'] &
    Pick<Settings, 'listenAddresses' | 'systemdSocket' | 'controlSocket' | 'controlSocketRequired'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** The web configuration in force, for the TCP listeners; absent: they are open. */
  readonly web?: () => WebConfig;
  readonly limits?: HttpLimits;
}

/** The open doors of the exporter. */
export interface HttpService {
  /** Addresses as bound: with the port that was chosen where 0 was asked for. */
  readonly addresses: readonly string[];
  /** Path of the control socket; empty when there is none. */
  readonly controlSocket: string;
  /** Stops listening and lets answers under way finish; within 4 s all is closed. */
  close(): Promise<void>;
}

/** Within the 5 s that a supervisor's stop may take. */
const DRAIN_MS = 4000;

/**
 * Opens every listener. Call it once the configuration is known to be good: nothing listens before.
 * @throws ExporterError EPH_LISTEN; EPH_CONTROL when the control socket's path was given by hand (else it is a warning).
 */
export async function serveHttp(options: HttpOptions): Promise<HttpService> {
  const { settings, log, env, pid, web = () => OPEN_WEB, limits = HTTP_LIMITS } = options;
  const bcrypt = createBcryptThread();
  const passwords = createPasswordCheck(bcrypt.compare);
  const guard = createWebGuard({ web, passwords, limiter: createRateLimiter(() => performance.now()) });
  const app = await createWebApp({ ...options, guard });
  const handler: RequestHandler = (request, response) => app.routing(request, response);
  const listeners = settings.systemdSocket
    ? await adoptListeners(systemdSocketFds(env, pid), { handler, limits, web, log })
    : await openTcpListeners(settings.listenAddresses, { handler, limits, web, log });
  const all = [...listeners];
  const close = async () => {
    await Promise.all(all.map((listener) => listener.close(DRAIN_MS)));
    await app.close();
    await bcrypt.close();
  };
  const control = await tryOpenControl(options, handler).catch(async (error) => {
    await close();
    throw error;
  });
  if (control !== undefined) all.push(control);
  const isTls = web().tls !== undefined;
  for (const { address } of listeners) log.info('listening', { address, path: settings.telemetryPath, tls: isTls });
  if (control !== undefined) log.info('control socket open', { path: control.address });
  return { addresses: listeners.map(({ address }) => address), controlSocket: control?.address ?? '', close };
}

async function tryOpenControl(options: HttpOptions, handler: RequestHandler): Promise<Listener | undefined> {
  const { settings, log, env } = options;
  const path = settings.controlSocket;
  if (path === '') return undefined;
  // Under systemd the group is the service's own: those whom an administrator adds to it may ask.
  const runtime = env['RUNTIME_DIRECTORY']?.split(':')[0] ?? '';
  const mode = runtime !== '' && path.startsWith(`${runtime}/`) ? 0o660 : 0o600;
  try {
    return await openControlSocket({ path, mode, handler });
  } catch (error) {
    if (settings.controlSocketRequired || !(error instanceof ExporterError)) throw error;
    log.warn('no control socket', { code: error.code, error: error.message });
    return undefined;
  }
}
