// A server of the built program with a fake exporter behind it, for tests that need it as a process of its own.
import { serveHttp } from '../../../dist/http/serve-http.js';

const say = (message, fields) => process.stdout.write(`${JSON.stringify({ message, ...fields })}\n`);
const service = await serveHttp({
  view: {
    metrics: async () => 'up 1\n',
    ready: () => true,
    healthy: () => ({ ok: true, reason: '' }),
    report: () => undefined,
    facts: () => ({ version: '0', revision: '0', startedAtMs: 0 }),
  },
  log: { debug: () => {}, info: say, warn: say, error: say },
  env: process.env,
  pid: process.pid,
  settings: { telemetryPath: '/metrics', maxRequests: 40, collectors: {}, ...JSON.parse(process.argv[2]) },
});
process.once('SIGTERM', () => service.close().then(() => process.exit(0)));
