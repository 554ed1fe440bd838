import { channel } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { createWebApp } from '../../src/http/web-app.ts';
import { SILENT_LOG } from '../../src/log.ts';
import { createFakeView } from './exporter-view.ts';

/** Patterns of every route that the server has, as it registers them; so that a new one cannot be forgotten in a test. */
export async function routePatterns(): Promise<string[]> {
  const patterns = new Set<string>();
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ url }) => void patterns.add(url));
  };
  const initialised = channel('fastify.initialization');
  initialised.subscribe(listen);
  try {
    const settings = {
      telemetryPath: '/metrics',
      maxRequests: 40,
      collectors: {} as never,
      privacyRemotes: 'full',
    } as const;
    await createWebApp({ view: createFakeView(), settings, log: SILENT_LOG });
  } finally {
    initialised.unsubscribe(listen);
  }
  return [...patterns].sort();
}
