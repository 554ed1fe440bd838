import type { FastifyInstance } from 'fastify';
import { buildStatus } from '../api/build-status.ts';
import type { ExporterView } from '../exporter-view.ts';
import { createStatusPage } from '../page/status-page.ts';
import { maySeeDetails } from '../request-scope.ts';
import { scopeOf } from '../transport.ts';

export interface PageOptions {
  readonly telemetryPath: string;
  readonly privacyRemotes: 'full' | 'class';
}

/** The status page under `/`. */
export function addPageRoute(app: FastifyInstance, view: ExporterView, settings: PageOptions): void {
  const { telemetryPath, privacyRemotes } = settings;
  const page = createStatusPage();
  app.get('/', async (request, reply) => {
    const details = maySeeDetails(scopeOf(request.raw), privacyRemotes);
    const status = await view.ledger((ledger) => buildStatus(view.report(), ledger, view.facts(), details));
    const text = page.render(status, telemetryPath);
    return reply.header('content-security-policy', page.policy).type('text/html; charset=utf-8').send(text);
  });
}
