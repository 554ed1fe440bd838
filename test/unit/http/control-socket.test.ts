import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askControlSocket } from '../../../src/http/control-client.ts';
import type { HttpService } from '../../../src/http/serve-http.ts';
import { createLog } from '../../../src/log.ts';
import { get, portOf } from '../../helpers/http.ts';
import { failureOf, serveFake } from '../../helpers/serve-fake.ts';

let directory: string;
const open: HttpService[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eph-http-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()));
  rmSync(directory, { recursive: true });
});

async function serve(...parameters: Parameters<typeof serveFake>): Promise<HttpService> {
  const service = await serveFake(...parameters);
  open.push(service);
  return service;
}

function socketPath(): string {
  return join(directory, 'run', 'control.sock');
}

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

/** A socket file without a listener, as a killed process leaves it: renamed away so that close() cannot unlink it. */
async function leaveStaleSocket(path: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const server = createServer().listen(`${path}.first`, () => {
      renameSync(`${path}.first`, path);
      server.close(() => resolve());
    });
  });
}
