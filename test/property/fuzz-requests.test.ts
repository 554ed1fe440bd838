import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatCursor } from '../../src/http/api/port-cursor.ts';
import type { HttpService } from '../../src/http/serve-http.ts';
import { FUZZ_CASES } from '../helpers/fuzz/fuzz-cases.ts';
import { mutatedTextBytes } from '../helpers/fuzz/mutate.ts';
import { serveFake } from '../helpers/serve-fake.ts';

const AT_ONCE = 20;
const CURSOR = formatCursor({ netns: 'host', protocol: 'tcp', port: 40_001 });
const PATHS = [
  '/metrics',
  '/metrics?collect[]=tcp&collect[]=bound',
  '/',
  '/-/healthy',
  '/api/v1/status',
  '/api/v1/owners',
  `/api/v1/ports?process=leaky&unit=-&stuck=true&life=true&limit=5&cursor=${CURSOR}`,
  '/api/v1/ports/tcp/40001',
  '/api/v1/history/host/leaky/-?state=bound,close_wait&hours=24',
  '/api/v1/history.csv?process=leaky&hours=1',
];
const REQUESTS = PATHS.flatMap((path) => [
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain;q=0.5\r\nConnection: close\r\n\r\n`,
  `HEAD ${path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n`,
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello`,
]);

let directory: string;
let service: HttpService;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'fuzz-http-'));
  service = await serveFake({ controlSocket: join(directory, 'c.sock') });
});
afterAll(async () => {
  await service.close();
  rmSync(directory, { recursive: true });
});

/** All that comes back before the exporter or we hang up. */
function send(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(service.controlSocket, () => socket.end(bytes));
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

const statusesOf = (answer: string): number[] =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, code]) => Number(code));

it('every request, well formed or not, is answered or refused, and the next one too', {
  timeout: FUZZ_CASES * 20,
}, async () => {
  const seen = new Set<number>();
  const requests = fc.array(mutatedTextBytes(REQUESTS), { minLength: AT_ONCE, maxLength: AT_ONCE });
  const property = fc.asyncProperty(requests, async (batch) => {
    const answers = await Promise.all(batch.map(send));
    for (const status of answers.flatMap(statusesOf)) {
      seen.add(status);
      expect(status).toBeLessThan(500);
    }
  });
  await fc.assert(property, { numRuns: Math.ceil(FUZZ_CASES / AT_ONCE) });
  expect([...seen]).toEqual(expect.arrayContaining([200, 400, 404, 405]));
  expect(
    statusesOf(await send(Buffer.from('GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'))),
  ).toEqual([200]);
});
