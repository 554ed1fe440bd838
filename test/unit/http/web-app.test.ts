import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { ExporterError } from '../../../src/errors.ts';
import type { ExporterView } from '../../../src/http/exporter-view.ts';
import { createWebApp } from '../../../src/http/web-app.ts';
import { createLog, SILENT_LOG } from '../../../src/log.ts';
import { PIECES } from '../../../src/model/problem.ts';
import { createFakeView } from '../../helpers/exporter-view.ts';

const collectors = {
  ...(Object.fromEntries(PIECES.map((piece) => [piece, true])) as Record<string, boolean>),
  trace: false,
};
const settings = { telemetryPath: '/metrics', maxRequests: 40, collectors, privacyRemotes: 'full' } as Parameters<
  typeof createWebApp
>[0]['settings'];

function open(view: ExporterView = createFakeView(), changes: Partial<typeof settings> = {}): Promise<FastifyInstance> {
  return createWebApp({ view, settings: { ...settings, ...changes }, log: SILENT_LOG });
}

describe('the metrics route', () => {
  test('answers a plain scrape with text 0.0.4', async () => {
    const answer = await (await open()).inject('/metrics');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers['vary']).toBe('Accept, Accept-Encoding');
    expect(answer.body).toBe('# format text\n');
  });

  test('answers the header of Prometheus with OpenMetrics, zipped', async () => {
    const accept =
      'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
    const answer = await (await open()).inject({ url: '/metrics', headers: { accept, 'accept-encoding': 'gzip' } });
    expect(answer.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(answer.rawPayload).toString()).toBe('# format openmetrics\n');
  });

  test('hands on the time that the scraper leaves and the collectors that it names', async () => {
    const view = createFakeView();
    const app = await open(view);
    const headers = { 'x-prometheus-scrape-timeout-seconds': '4' };
    await app.inject({ url: '/metrics?collect[]=tcp&collect[]=udp&collect[]=tcp', headers });
    await app.inject('/metrics?exclude[]=owners');
    expect(view.asked).toEqual([
      { format: 'text', timeoutMs: 3500, collect: ['tcp', 'udp'], exclude: [] },
      { format: 'text', timeoutMs: 9500, collect: [], exclude: ['owners'] },
    ]);
  });

  test.each([
    ['collect[]=tcp&exclude[]=udp', 'cannot be used together'],
    ['collect[]=nonsense', 'unknown collector "nonsense"'],
    ['exclude[]=constructor', 'unknown collector "constructor"'],
    ['collect[]=trace', 'disabled collector "trace"'],
  ])('refuses %s', async (query, reason) => {
    const answer = await (await open()).inject(`/metrics?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain(reason);
  });

  test('serves at most as many scrapes at once as allowed, and again once they are done', async () => {
    const waiting: Array<(text: string) => void> = [];
    const view = createFakeView({ metrics: () => new Promise((resolve) => waiting.push(resolve)) });
    const app = await open(view, { maxRequests: 40 });
    const running = Array.from({ length: 40 }, () => app.inject('/metrics'));
    await expect.poll(() => waiting.length).toBe(40);
    const refused = await app.inject('/metrics');
    expect(refused.statusCode).toBe(503);
    expect(refused.body).toBe('limit of concurrent requests reached (40), try again later\n');
    expect((await app.inject('/-/healthy')).statusCode).toBe(200);
    for (const resolve of waiting) resolve('x\n');
    const statuses = (await Promise.all(running)).map((answer) => answer.statusCode);
    expect(statuses).toEqual(new Array(40).fill(200));
    const again = app.inject('/metrics');
    await expect.poll(() => waiting.length).toBe(41);
    waiting[40]?.('y\n');
    expect((await again).body).toBe('y\n');
  });

  test('gives a failure of the exporter its code, keeps the stack in the log, and frees the slot', async () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', format: 'json', write: (line) => lines.push(line), wallMs: () => 0 });
    const failures = [new ExporterError('EPH_READER_CRASHED', 'gone'), new Error('secret detail')];
    const view = createFakeView({ metrics: () => Promise.reject(failures.shift()) });
    const app = await createWebApp({ view, settings: { ...settings, maxRequests: 1 }, log });
    const first = await app.inject('/metrics');
    expect([first.statusCode, first.body]).toEqual([500, 'EPH_READER_CRASHED\n']);
    const second = await app.inject('/metrics');
    expect([second.statusCode, second.body]).toEqual([500, 'internal error\n']);
    expect(lines.map((line) => JSON.parse(line).error)).toEqual(['gone', 'secret detail']);
    expect(JSON.parse(lines[1] ?? '{}').stack).toContain('Error: secret detail');
  });

  test('answers HEAD with the headers of GET and no body', async () => {
    const answer = await (await open()).inject({ method: 'HEAD', url: '/metrics' });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });
});

describe('every route', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('refuses %s', async (method) => {
    const answer = await (await open()).inject({ method, url: '/metrics', payload: 'a=b' });
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  test.each(['/nothing', '/metrics/', '/..%2f..%2fetc/passwd', '/%zz', '//'])('does not know %s', async (url) => {
    const answer = await (await open()).inject(url);
    expect([400, 404]).toContain(answer.statusCode);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test.each(['/', '/metrics', '/-/healthy', '/-/ready', '/health', '/nothing'])(
    'of which %s is one, carries the security headers and passes the guard',
    async (url) => {
      const app = await createWebApp({
        view: createFakeView(),
        settings,
        log: SILENT_LOG,
        guard: async (request, reply) => {
          if (request.headers.authorization !== 'yes') await reply.code(401).send();
        },
      });
      expect((await app.inject(url)).statusCode).toBe(401);
      const answer = await app.inject({ url, headers: { authorization: 'yes' } });
      expect(answer.statusCode).toBe(url === '/nothing' ? 404 : 200);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
    },
  );

  test('tells health and readiness as they are', async () => {
    const app = await open(
      createFakeView({ ready: () => false, healthy: () => ({ ok: false, reason: 'no sample for 90 s' }) }),
    );
    for (const url of ['/-/healthy', '/health']) {
      const answer = await app.inject(url);
      expect([answer.statusCode, answer.body]).toEqual([503, 'not healthy: no sample for 90 s\n']);
    }
    expect((await app.inject('/-/ready')).statusCode).toBe(503);
  });
});

describe('the status page', () => {
  test('stands under the root, with the path of the metrics', async () => {
    const answer = await (await open(createFakeView(), { telemetryPath: '/m' })).inject('/');
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('<a href="m">Metrics</a>');
  });

  test('gives way when metrics are served under the root', async () => {
    const answer = await (await open(createFakeView(), { telemetryPath: '/' })).inject('/');
    expect(answer.body).toBe('# format text\n');
  });
});
