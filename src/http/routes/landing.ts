import type { FastifyInstance } from 'fastify';
import type { ExporterView } from '../exporter-view.ts';
import { LANDING_PAGE_POLICY, renderLandingPage } from '../landing-page.ts';
import { maySeeDetails } from '../request-scope.ts';
import { scopeOf } from '../transport.ts';

/** The page under `/`. */
export function addLandingRoute(app: FastifyInstance, view: ExporterView, telemetryPath: string): void {
  app.get('/', async (request, reply) => {
    const details = maySeeDetails(scopeOf(request.raw));
    const page = renderLandingPage({ facts: view.facts(), telemetryPath, report: view.report(), details });
    return reply.header('content-security-policy', LANDING_PAGE_POLICY).type('text/html; charset=utf-8').send(page);
  });
}
