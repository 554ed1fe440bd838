import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.ts';
import { ExporterError } from '../errors.ts';
import type { Log } from '../log.ts';
import { addApiRoutes } from './api/routes.ts';
import type { ExporterView } from './exporter-view.ts';
import type { WebGuard } from './guard/web-guard.ts';
import { RESPONSE_HEADERS } from './response-headers.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addPageRoute } from './routes/page.ts';
import { sendText } from './send-text.ts';

export interface WebAppOptions {
  readonly view: ExporterView;
  readonly settings: Pick<Settings, 'telemetryPath' | 'maxRequests' | 'collectors' | 'privacyRemotes'>;
  readonly log: Log;
  /** Absent: everybody may. */
  readonly guard?: WebGuard;
}

/** The routes with everything that holds for all of them. It does not listen: the listeners hand their requests in. */
export async function createWebApp({ view, settings, log, guard }: WebAppOptions): Promise<FastifyInstance> {
  // Logging is ours; no route reads a body.
  const app = fastify({
    logger: false,
    bodyLimit: 1,
    exposeHeadRoutes: true,
    // A process name of 64 characters, every one of them escaped.
    routerOptions: { maxParamLength: 1024 },
    // A malformed URL gets past every hook.
    frameworkErrors: (_error, _request, reply) => sendText(reply.headers(RESPONSE_HEADERS), 400, 'bad request'),
  });
  const paths = new Set<string>();
  app.addHook('onRoute', ({ url }) => void paths.add(url));
  app.addHook('onRequest', async (_request, reply) => void reply.headers(RESPONSE_HEADERS));
  if (guard !== undefined) app.addHook('onRequest', guard);
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    const [path = ''] = request.url.split('?', 1);
    // Whatever body follows is not read. HTTP/2 has no such header: there the stream ends by itself.
    if (request.raw.httpVersionMajor === 1) reply.header('connection', 'close');
    if (!paths.has(path)) return notFound(reply);
    return sendText(reply.header('allow', 'GET, HEAD'), 405, 'method not allowed; use GET');
  });
  app.addHook('onResponse', async (request, reply) => {
    log.debug('request', {
      method: request.method,
      url: request.url,
      status: reply.statusCode,
      remote: request.socket.remoteAddress,
      durationMs: Math.round(reply.elapsedTime),
    });
  });
  app.setNotFoundHandler((_request, reply) => notFound(reply));
  app.setErrorHandler((error, request, reply) => failed(error, request, reply, log));
  addMetricsRoute(app, view, settings);
  addHealthRoutes(app, view);
  addApiRoutes(app, view, settings.privacyRemotes);
  if (settings.telemetryPath !== '/') addPageRoute(app, view, settings);
  await app.ready();
  return app;
}

function notFound(reply: FastifyReply): FastifyReply {
  return sendText(reply, 404, 'not found');
}

/** A stack goes to the log, never to the client. */
function failed(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const status = error instanceof Error ? Number(Reflect.get(error, 'statusCode') ?? 500) : 500;
  if (status < 500) return sendText(reply, status, 'bad request');
  const code = error instanceof ExporterError ? error.code : 'internal error';
  const text = error instanceof Error ? error.message : String(error);
  log.error('request failed', { url: request.url, code, error: text, stack: stackOf(error) });
  return sendText(reply.removeHeader('content-encoding'), 500, code);
}

function stackOf(error: unknown): string | undefined {
  return error instanceof ExporterError || !(error instanceof Error) ? undefined : error.stack;
}
