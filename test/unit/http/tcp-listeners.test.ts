import { Agent } from 'node:http';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { HTTP_LIMITS } from '../../../src/http/http-server.ts';
import type { HttpService } from '../../../src/http/serve-http.ts';
import { createFakeView } from '../../helpers/exporter-view.ts';
import { get, portOf } from '../../helpers/http.ts';
import { failureOf, serveFake } from '../../helpers/serve-fake.ts';

const open: HttpService[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()));
});

async function serve(...parameters: Parameters<typeof serveFake>): Promise<HttpService> {
  const service = await serveFake(...parameters);
  open.push(service);
  return service;
}

describe('TCP listeners', () => {
  test('serve the same on two addresses', async () => {
    const { addresses } = await serve({ listenAddresses: ['127.0.0.1:0', '127.0.0.2:0'] });
    expect(addresses).toHaveLength(2);
    for (const [index, host] of ['127.0.0.1', '127.0.0.2'].entries()) {
      const answer = await get({ host, port: portOf(addresses[index]) }, '/metrics');
      expect([answer.status, answer.body]).toEqual([200, '# format text\n']);
    }
  });

  test('say how to go on when the port is taken, and leave none of the others open', async () => {
    const { addresses } = await serve({});
    const taken = addresses[0] ?? '';
    const free = await freePort();
    const failure = await failureOf(serve({ listenAddresses: [`127.0.0.1:${free}`, taken] }));
    expect(failure.code).toBe('EPH_LISTEN');
    expect(failure.message).toContain(`cannot listen on ${taken}: the port is taken`);
    await expect(get({ port: free }, '/metrics')).rejects.toThrow('ECONNREFUSED');
  });

  test('name an address that this host does not have', async () => {
    const failure = await failureOf(serve({ listenAddresses: ['192.0.2.1:0'] }));
    expect([failure.code, failure.message]).toEqual([
      'EPH_LISTEN',
      expect.stringContaining('does not have that address'),
    ]);
  });

  test('refuse headers beyond the limit and requests that never end', async () => {
    const limits = { ...HTTP_LIMITS, headersTimeoutMs: 100, requestTimeoutMs: 100 };
    const { addresses } = await serve({}, { limits });
    const port = portOf(addresses[0]);
    const answer = await get({ port }, '/metrics', { headers: { 'x-long': 'x'.repeat(20_000) } });
    expect(answer.status).toBe(431);
    expect(await rawAnswer(port, 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')).toMatch(/^HTTP\/1.1 408 /);
    expect(await rawAnswer(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  test('take no more connections than the limit', async () => {
    const { addresses } = await serve({}, { limits: { ...HTTP_LIMITS, maxConnections: 2 } });
    const port = portOf(addresses[0]);
    const held = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    await expect(get({ port }, '/-/healthy')).rejects.toThrow();
    for (const socket of held) socket.destroy();
    await expect
      .poll(() =>
        get({ port }, '/-/healthy')
          .then(({ status }) => status)
          .catch(() => 0),
      )
      .toBe(200);
  });

  test('do not read the body of a request that they refuse', async () => {
    const { addresses } = await serve({});
    const head = 'POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nbeginning';
    const answer = await rawAnswer(portOf(addresses[0]), head);
    expect(answer).toMatch(/^HTTP\/1.1 405 /);
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
  });

  test('cut off a client whose answer takes longer than an exchange may', async () => {
    const view = createFakeView({ metrics: () => new Promise(() => {}) });
    const { addresses } = await serve({}, { view, limits: { ...HTTP_LIMITS, exchangeTimeoutMs: 50 } });
    await expect(get({ port: portOf(addresses[0]) }, '/metrics')).rejects.toThrow('socket hang up');
  });

  test('let an answer under way finish when closing, then refuse connections', async () => {
    let finish: (text: string) => void = () => {};
    let asked = false;
    const view = createFakeView({
      metrics: () => {
        asked = true;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    const service = await serve({}, { view });
    const port = portOf(service.addresses[0]);
    const agent = new Agent({ keepAlive: true });
    await get({ port }, '/-/healthy', { agent });
    const answer = get({ port }, '/metrics', { agent });
    await expect.poll(() => asked).toBe(true);
    const closed = service.close();
    await expect(get({ port }, '/-/healthy')).rejects.toThrow('ECONNREFUSED');
    finish('late\n');
    expect((await answer).body).toBe('late\n');
    await closed;
    agent.destroy();
  });

  test('are not had from systemd when it passes none to this process', async () => {
    const env = { LISTEN_PID: '2', LISTEN_FDS: '1' };
    const failure = await failureOf(serve({ systemdSocket: true }, { env, pid: 1 }));
    expect([failure.code, failure.message]).toEqual(['EPH_LISTEN', expect.stringContaining('passed no socket')]);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => resolve(bound !== null && typeof bound === 'object' ? bound.port : 0));
    });
  });
}

function rawAnswer(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
