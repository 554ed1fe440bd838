import { Agent as PlainAgent } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { Agent, type RequestOptions, request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { type ClientAuth, OPEN_WEB, type TlsConfig, type WebConfig } from '../../../src/config/web/web-config.ts';
import { HTTP_LIMITS } from '../../../src/http/http-server.ts';
import type { HttpOptions, HttpService } from '../../../src/http/serve-http.ts';
import { createFakeView } from '../../helpers/exporter-view.ts';
import { get, portOf } from '../../helpers/http.ts';
import { makeCertificate } from '../../helpers/make-certificate.ts';
import { serveFake } from '../../helpers/serve-fake.ts';

const AUTHORITY = { ...makeCertificate({ name: 'authority', isAuthority: true }) };
const SERVER = makeCertificate({ name: 'localhost', sans: ['DNS:localhost', 'IP:127.0.0.1'], issuer: AUTHORITY });
const RENEWED = makeCertificate({ name: 'renewed', sans: ['DNS:localhost', 'IP:127.0.0.1'], issuer: AUTHORITY });
const CLIENT = makeCertificate({ name: 'prometheus', sans: ['DNS:prometheus.example'], issuer: AUTHORITY });
const STRANGER = makeCertificate({ name: 'stranger', sans: ['DNS:prometheus.example'] });

const TLS: TlsConfig = {
  cert: SERVER.cert,
  key: SERVER.key,
  clientAuth: 'NoClientCert',
  allowedSans: [],
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  honorCipherOrder: true,
};

const open: HttpService[] = [];
let web: WebConfig = OPEN_WEB;

afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()));
});

async function serve(config: Partial<WebConfig>, changes: Partial<HttpOptions> = {}): Promise<number> {
  web = { ...OPEN_WEB, ...config };
  const service = await serveFake({}, { web: () => web, ...changes });
  open.push(service);
  return portOf(service.addresses[0]);
}

interface Answer {
  readonly status: number;
  readonly certificate: string;
  readonly isReused: boolean;
}

function ask(port: number, path = '/metrics', options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settings = { host: '127.0.0.1', port, path, ca: AUTHORITY.cert, agent: new Agent(), ...options };
    const question = request(settings, (response) => {
      const certificate = String((response.socket as TLSSocket).getPeerX509Certificate()?.subject);
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode ?? 0, certificate, isReused: question.reusedSocket }));
    });
    question.on('error', reject);
    question.end();
  });
}

describe('TLS', () => {
  test('is spoken with the certificate given, and plain HTTP is not answered', async () => {
    const port = await serve({ tls: TLS });
    expect(await ask(port)).toMatchObject({ status: 200, certificate: 'CN=localhost' });
    await expect(get({ port }, '/metrics')).rejects.toThrow();
  });

  test('of versions and suites outside the rules is refused', async () => {
    const port = await serve({ tls: { ...TLS, minVersion: 'TLSv1.3', ciphers: 'TLS_AES_256_GCM_SHA384' } });
    await expect(ask(port, '/', { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/);
    await expect(ask(port, '/', { ciphers: 'TLS_AES_128_GCM_SHA256' })).rejects.toThrow(/handshake failure/);
    expect((await ask(port)).status).toBe(200);
  });

  test('takes a new certificate for new connections, while an old connection goes on', async () => {
    const port = await serve({ tls: TLS });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await ask(port, '/metrics', { agent })).certificate).toBe('CN=localhost');
    web = { ...web, tls: { ...TLS, cert: RENEWED.cert, key: RENEWED.key } };
    expect((await ask(port)).certificate).toBe('CN=renewed');
    expect(await ask(port, '/metrics', { agent })).toMatchObject({ status: 200, isReused: true });
    agent.destroy();
  });

  test('that is switched on ends the plain connections that were open, and switched off those with TLS', async () => {
    const port = await serve({});
    const agent = new PlainAgent({ keepAlive: true, maxSockets: 1 });
    expect((await get({ port }, '/-/healthy', { agent })).status).toBe(200);
    web = { ...web, tls: TLS };
    await expect(get({ port }, '/-/healthy', { agent })).rejects.toThrow();
    agent.destroy();
    const secure = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await ask(port, '/metrics', { agent: secure })).status).toBe(200);
    web = OPEN_WEB;
    await expect(ask(port, '/metrics', { agent: secure })).rejects.toThrow();
    expect((await get({ port }, '/metrics')).status).toBe(200);
    secure.destroy();
  });

  test('lets an answer under way finish when closing', async () => {
    const waiting: ((text: string) => void)[] = [];
    const view = createFakeView({ metrics: () => new Promise((resolve) => waiting.push(resolve)) });
    const port = await serve({ tls: TLS }, { view });
    const answer = ask(port);
    await expect.poll(() => waiting.length).toBe(1);
    const closed = open.at(-1)?.close();
    await expect(ask(port)).rejects.toThrow('ECONNREFUSED');
    waiting[0]?.('late\n');
    expect((await answer).status).toBe(200);
    await closed;
  });

  test('cuts a client that never ends its handshake, and does not wait for one when closing', async () => {
    const limits = { ...HTTP_LIMITS, headersTimeoutMs: 100 };
    const port = await serve({ tls: TLS }, { limits });
    const slow = connectPlain(port, '127.0.0.1');
    await new Promise((resolve) => slow.resume().once('close', resolve));
    const other = await serve({ tls: TLS });
    const hanging = connectPlain(other, '127.0.0.1');
    await new Promise((resolve) => hanging.once('connect', resolve));
    const ended = new Promise((resolve) => hanging.resume().once('close', resolve));
    await expect.poll(() => hanging.readyState).toBe('open');
    await open.at(-1)?.close();
    await ended;
  });
});

describe('a client certificate', () => {
  const trusted = { cert: CLIENT.cert, key: CLIENT.key };
  const strange = { cert: STRANGER.cert, key: STRANGER.key };
  const rules: [ClientAuth, none: boolean, strange: boolean, trusted: boolean][] = [
    ['NoClientCert', true, true, true],
    ['RequestClientCert', true, true, true],
    ['RequireAnyClientCert', false, true, true],
    ['VerifyClientCertIfGiven', true, false, true],
    ['RequireAndVerifyClientCert', false, false, true],
  ];
  const lets = (port: number, options: RequestOptions) =>
    ask(port, '/metrics', options).then(
      ({ status }) => status === 200,
      () => false,
    );

  test.each(rules)('under %s: none %s, of a stranger %s, of a trusted client %s', async (clientAuth, ...expected) => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const port = await serve({ tls: { ...TLS, clientAuth, clientCa: AUTHORITY.cert, maxVersion } });
      const got = [await lets(port, {}), await lets(port, strange), await lets(port, trusted)];
      expect(got).toEqual(expected);
    }
  });

  test('must carry a name that is allowed, where names are', async () => {
    const tls = { ...TLS, clientAuth: 'RequireAndVerifyClientCert', clientCa: AUTHORITY.cert } as const;
    const port = await serve({ tls: { ...tls, allowedSans: ['grafana.example', 'prometheus.example'] } });
    expect(await lets(port, trusted)).toBe(true);
    web = { ...web, tls: { ...tls, allowedSans: ['prometheus'] } };
    expect(await lets(port, trusted)).toBe(false);
  });

  test('that is no longer trusted ends with its open connections', async () => {
    const tls = { ...TLS, clientAuth: 'RequireAndVerifyClientCert', clientCa: AUTHORITY.cert } as const;
    const port = await serve({ tls });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await lets(port, { ...trusted, agent })).toBe(true);
    web = { ...web, tls: { ...tls, clientCa: STRANGER.cert } };
    expect(await lets(port, { ...trusted, agent })).toBe(false);
    agent.destroy();
  });
});

describe('HTTP/2', () => {
  const statusOverHttp2 = (port: number, path: string, method = 'GET') =>
    new Promise<number>((resolve, reject) => {
      const session = connectHttp2(`https://localhost:${port}`, { ca: AUTHORITY.cert });
      session.on('error', reject);
      const stream = session.request({ ':path': path, ':method': method });
      stream.on('response', (headers) => resolve(Number(headers[':status'])));
      stream.on('error', reject);
      stream.resume().on('end', () => session.close());
    });
  const offered = (port: number) =>
    new Promise((resolve, reject) => {
      const options = { port, host: '127.0.0.1', ca: AUTHORITY.cert, ALPNProtocols: ['h2', 'http/1.1'] };
      const socket = connectTls(options, () => {
        resolve(socket.alpnProtocol);
        socket.destroy();
      });
      socket.on('error', reject);
    });

  test('is spoken with those who want it, on every kind of route', async () => {
    const port = await serve({ tls: TLS });
    for (const path of ['/metrics', '/', '/-/healthy', '/api/v1/status', '/api/v1/ports']) {
      expect([path, await statusOverHttp2(port, path)]).toEqual([path, 200]);
    }
    expect(await statusOverHttp2(port, '/nothing')).toBe(404);
    expect(await statusOverHttp2(port, '/metrics', 'POST')).toBe(405);
  });

  test('is not offered where the file says so', async () => {
    const port = await serve({ tls: TLS });
    expect(await offered(port)).toBe('h2');
    web = { ...web, http2: false };
    expect(await offered(port)).toBe('http/1.1');
  });

  test('ends a client that never asks, and lets nobody hold up the end', async () => {
    const port = await serve({ tls: TLS }, { limits: { ...HTTP_LIMITS, headersTimeoutMs: 100 } });
    const silent = connectHttp2(`https://localhost:${port}`, { ca: AUTHORITY.cert });
    silent.on('error', () => {});
    await new Promise((resolve) => silent.once('close', resolve));
    const other = await serve({ tls: TLS });
    const idle = connectHttp2(`https://localhost:${other}`, { ca: AUTHORITY.cert });
    await new Promise((resolve) => idle.once('connect', resolve));
    const closed = new Promise((resolve) => idle.once('close', resolve));
    await open.at(-1)?.close();
    await closed;
  });
});

test('headers of the file stand beside ours, and the rate limit and users hold on every path', async () => {
  const users = new Map([['alice', '$2y$04$abcdefghijklmnopqrstuuFJ5YxCBcNSzHTTqpHN0qRjcs7Do5LLe']]);
  const headers = { 'x-frame-options': 'sameorigin', 'strict-transport-security': 'max-age=1' };
  const port = await serve({ users, headers, rateLimit: { intervalMs: 3_600_000, burst: 2 } });
  const first = await get({ port }, '/-/healthy');
  expect(first.status).toBe(401);
  expect(first.headers['www-authenticate']).toMatch(/^Basic realm=/);
  expect(first.headers).toMatchObject({ ...headers, 'x-content-type-options': 'nosniff' });
  expect((await get({ port }, '/nothing')).status).toBe(401);
  expect((await get({ port }, '/metrics')).status).toBe(429);
});

test('a loopback listener answers those who name this host, and nobody who was led here by another name', async () => {
  const port = await serve({});
  const status = async (host: string) => (await get({ port }, '/metrics', { headers: { host } })).status;
  expect(await status(`localhost:${port}`)).toBe(200);
  expect(await status(`192.0.2.1:${port}`)).toBe(200);
  expect(await status(`evil.example:${port}`)).toBe(421);
  const wide = await serveFake({ listenAddresses: ['0.0.0.0:0'] });
  open.push(wide);
  const target = { port: portOf(wide.addresses[0]) };
  expect((await get(target, '/metrics', { headers: { host: 'db1.example' } })).status).toBe(200);
});

test('a request of HTTP/1.0 without a host is answered', async () => {
  const port = await serve({});
  const answer = await new Promise<string>((resolve) => {
    const socket = connectPlain(port, '127.0.0.1', () => socket.write('GET /-/healthy HTTP/1.0\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});
