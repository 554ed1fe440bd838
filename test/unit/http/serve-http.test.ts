import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExporterError } from '../../../src/errors.ts';
import { askControlSocket } from '../../../src/http/control-client.ts';
import { HTTP_LIMITS } from '../../../src/http/http-server.ts';
import { type HttpOptions, type HttpService, serveHttp } from '../../../src/http/serve-http.ts';
import { createLog, SILENT_LOG } from '../../../src/log.ts';
import { createFakeView, createGroup, createReport } from '../../helpers/exporter-view.ts';
import { get, portOf } from '../../helpers/http.ts';

let directory: string;
let open: HttpService[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eph-http-'));
  open = [];
});

afterEach(async () => {
  await Promise.all(open.map((service) => service.close()));
  rmSync(directory, { recursive: true });
});

async function serve(
  settings: Partial<HttpOptions['settings']>,
  changes: Partial<HttpOptions> = {},
): Promise<HttpService> {
  const service = await serveHttp({
    view: createFakeView({ report: () => createReport([createGroup('leaky', 5)]) }),
    log: SILENT_LOG,
    env: {},
    pid: 1,
    ...changes,
    settings: {
      telemetryPath: '/metrics',
      maxRequests: 40,
      collectors: {} as HttpOptions['settings']['collectors'],
      listenAddresses: ['127.0.0.1:0'],
      systemdSocket: false,
      controlSocket: '',
      controlSocketRequired: false,
      ...settings,
    },
  });
  open.push(service);
  return service;
}

function socketPath(): string {
  return join(directory, 'run', 'control.sock');
}

async function failureOf(attempt: Promise<unknown>): Promise<ExporterError> {
  const error = await attempt.then(() => undefined).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExporterError);
  return error as ExporterError;
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

describe('the control socket', () => {
  test('shows everything to its owner only, and goes away with the exporter', async () => {
    const path = socketPath();
    const service = await serve({ controlSocket: path });
    expect(service.controlSocket).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'run')).mode & 0o777).toBe(0o700);
    const page = await get({ socketPath: path }, '/', {
      headers: { host: 'anything', 'x-forwarded-for': '192.0.2.1' },
    });
    expect(page.body).toContain('leaky');
    const answer = await askControlSocket({ socketPath: path, path: '/-/healthy', timeoutMs: 5000 });
    expect(answer).toEqual({ status: 200, body: 'healthy\n' });
    await service.close();
    const failure = await failureOf(askControlSocket({ socketPath: path, path: '/-/healthy', timeoutMs: 5000 }));
    expect([failure.code, failure.message]).toEqual(['EPH_NOT_RUNNING', expect.stringContaining('does not exist')]);
  });

  test('lets the group in under the runtime directory of systemd', async () => {
    const path = socketPath();
    await serve({ controlSocket: path }, { env: { RUNTIME_DIRECTORY: join(directory, 'run') } });
    expect(statSync(path).mode & 0o777).toBe(0o660);
  });

  test('takes the place of one that nobody listens on', async () => {
    const path = join(directory, 'control.sock');
    await leaveStaleSocket(path);
    const failure = await failureOf(askControlSocket({ socketPath: path, path: '/', timeoutMs: 5000 }));
    expect(failure.message).toContain('nobody listens on it');
    await serve({ controlSocket: path, controlSocketRequired: true });
    expect((await get({ socketPath: path }, '/-/ready')).status).toBe(200);
  });

  test('never takes the place of a living one or of a file', async () => {
    const living = socketPath();
    await serve({ controlSocket: living });
    const second = await failureOf(serve({ controlSocket: living, controlSocketRequired: true }));
    expect([second.code, second.message]).toEqual(['EPH_CONTROL', expect.stringContaining('already answers')]);
    expect((await get({ socketPath: living }, '/-/ready')).status).toBe(200);
    const file = join(directory, 'precious');
    writeFileSync(file, 'data');
    const third = await failureOf(serve({ controlSocket: file, controlSocketRequired: true }));
    expect(third.message).toContain('not a socket');
    expect(statSync(file).size).toBe(4);
  });

  test('is only warned about when its path was not given by hand', async () => {
    const lines: string[] = [];
    const log = createLog({ level: 'warn', format: 'json', write: (line) => lines.push(line), wallMs: () => 0 });
    const path = join(directory, 'x'.repeat(120), 'control.sock');
    const service = await serve({ controlSocket: path }, { log });
    expect(service.controlSocket).toBe('');
    expect((await get({ port: portOf(service.addresses[0]) }, '/metrics')).status).toBe(200);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ code: 'EPH_CONTROL', msg: 'no control socket' }]);
    const failure = await failureOf(serve({ controlSocket: path, controlSocketRequired: true }));
    expect(failure.message).toContain('longer than');
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

/** A socket file without a listener, as a killed process leaves it: renamed away so that close() cannot unlink it. */
async function leaveStaleSocket(path: string): Promise<void> {
  const { renameSync } = await import('node:fs');
  await new Promise<void>((resolve) => {
    const server = createServer().listen(`${path}.first`, () => {
      renameSync(`${path}.first`, path);
      server.close(() => resolve());
    });
  });
}
