import type { FastifyInstance } from 'fastify';
import type { ExporterView } from '../exporter-view.ts';
import { sendText } from '../send-text.ts';

/** `/-/healthy` (and `/health`, as windows_exporter has it) and `/-/ready`. */
export function addHealthRoutes(app: FastifyInstance, view: ExporterView): void {
  for (const path of ['/-/healthy', '/health']) {
    app.get(path, async (_request, reply) => {
      const { ok, reason } = view.healthy();
      return sendText(reply, ok ? 200 : 503, ok ? 'healthy' : `not healthy: ${reason}`);
    });
  }
  app.get('/-/ready', async (_request, reply) => {
    return view.ready()
      ? sendText(reply, 200, 'ready')
      : sendText(reply, 503, 'not ready: no sample has been taken yet');
  });
}
