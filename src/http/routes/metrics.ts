import type { FastifyInstance, FastifyRequest } from 'fastify';
import { selectCollectors } from '../collector-selection.ts';
import { compress } from '../compress.ts';
import { createConcurrencyLimit } from '../concurrency-limit.ts';
import type { ExporterView } from '../exporter-view.ts';
import { acceptsGzip, CONTENT_TYPE, negotiateFormat } from '../negotiate.ts';
import { scrapeTimeoutMs } from '../scrape-timeout.ts';
import { sendText } from '../send-text.ts';

export interface MetricsRouteOptions {
  readonly telemetryPath: string;
  readonly maxRequests: number;
  /** Every collector there is, with whether it is enabled. */
  readonly collectors: Readonly<Record<string, boolean>>;
}

/** GET of the telemetry path. */
export function addMetricsRoute(app: FastifyInstance, view: ExporterView, options: MetricsRouteOptions): void {
  const limit = createConcurrencyLimit(options.maxRequests);
  app.get(options.telemetryPath, async (request, reply) => {
    const selection = selectCollectors(queryOf(request), options.collectors);
    if (!selection.ok) return sendText(reply, 400, selection.reason);
    const { collect, exclude } = selection;
    const format = negotiateFormat(request.headers.accept);
    const timeoutMs = scrapeTimeoutMs(oneHeader(request, 'x-prometheus-scrape-timeout-seconds'));
    const gzipped = acceptsGzip(oneHeader(request, 'accept-encoding'));
    // A slot is held while the answer is made, not while it is sent: a client that reads slowly keeps no scraper out.
    const answer = limit.run(async () => {
      const content = await view.metrics({ format, timeoutMs, collect, exclude });
      return gzipped ? await compress(content) : content;
    });
    reply.header('vary', 'Accept, Accept-Encoding');
    if (answer === undefined) {
      return sendText(reply, 503, `limit of concurrent requests reached (${options.maxRequests}), try again later`);
    }
    const content = await answer;
    if (gzipped) reply.header('content-encoding', 'gzip');
    return reply.type(CONTENT_TYPE[format]).send(content);
  });
}

function queryOf(request: FastifyRequest): URLSearchParams {
  const at = request.url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1));
}

function oneHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
