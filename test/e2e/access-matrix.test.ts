import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { makeCertificate } from '../helpers/make-certificate.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';
import { type RouteAnswer, type RouteAsker, type RouteQuestion, startRouteAsker } from '../helpers/route-asker.ts';
import { routePatterns } from '../helpers/route-patterns.ts';
import { makeTwoNamespaces, type TwoNamespaces } from '../helpers/two-namespaces.ts';

const PORT = 10_071;
const REMOTE = '198.51.100.2';
const FAST = ['--sample.interval=200ms', '--sample.cpu-budget=100%'];
const PASSWORD = 'correct horse';

/** A process that holds 30 connections to the other host, a third of them closed there: what must not be told to everybody. */
const HOLD = `
import os, socket, sys, time
held = [socket.create_connection(('${REMOTE}', 9009)) for _ in range(30)]
print(os.getpid(), held[0].getsockname()[1], flush=True)
time.sleep(600)
`;
const ACCEPT = `
import socket
server = socket.create_server(('${REMOTE}', 9009), backlog=64)
print('open', flush=True)
held = []
while True:
    held.append(server.accept())
    if len(held) % 3 == 0: held[-1][0].close()
`;

/** `inside`: for everybody, with more in it for those who may see details; `details`: for them alone. */
type Audience = 'everybody' | 'inside' | 'details';

/** Every route with a path that has an answer, by what SECURITY.md says of it. */
function routes({ owner, port }: { owner: string; port: number }): Record<string, [path: string, audience: Audience]> {
  return {
    '/': ['/', 'inside'],
    '/metrics': ['/metrics', 'everybody'],
    '/-/healthy': ['/-/healthy', 'everybody'],
    '/-/ready': ['/-/ready', 'everybody'],
    '/health': ['/health', 'everybody'],
    '/api/v1/status': ['/api/v1/status', 'inside'],
    '/api/v1/owners': ['/api/v1/owners', 'inside'],
    '/api/v1/owners/:netns/:process/:unit/history': [`/api/v1/owners/${owner}/history?hours=1`, 'everybody'],
    '/api/v1/history.csv': ['/api/v1/history.csv?hours=1', 'everybody'],
    '/api/v1/ports': ['/api/v1/ports', 'details'],
    '/api/v1/ports/:protocol/:port': [`/api/v1/ports/tcp/${port}`, 'details'],
    '/api/v1/config': ['/api/v1/config', 'details'],
  };
}

type Protection = 'none' | 'basic' | 'tls' | 'mtls';
const ASKERS = ['control socket', 'loopback', 'forwarded loopback', 'other site', 'other address'] as const;
type Asker = (typeof ASKERS)[number];

const authority = makeCertificate({ name: 'authority', isAuthority: true });
const server = makeCertificate({ name: 'host', sans: ['IP:127.0.0.1', 'IP:198.51.100.1'], issuer: authority });
const client = makeCertificate({ name: 'prometheus', sans: ['DNS:prometheus'], issuer: authority });
const directory = mkdtempSync(join(tmpdir(), 'eph-access-'));
const running: Program[] = [];
let hosts: TwoNamespaces;
let here: RouteAsker;
let elsewhere: RouteAsker;
let holder: { pid: number; port: number };
let exporter: RunningExporter;

beforeAll(async () => {
  hosts = await makeTwoNamespaces('eph-access');
  // In a small range ten stuck ports are a headline, and the page says whom they talked to.
  await hosts.host.setSysctl('net.ipv4.ip_local_port_range', '40000 40499');
  here = startRouteAsker(hosts.host.name);
  elsewhere = startRouteAsker(hosts.monitor.name);
  const python = (netns: string, script: string, name: string) => {
    const logFile = join(directory, `${name}.log`);
    const program = startProgram({ command: 'python3', args: ['-c', script], netns, logFile });
    running.push(program);
    return eventually(name, () => program.output() || undefined);
  };
  await python(hosts.monitor.name, ACCEPT, 'accepting');
  const [pid, port] = (await python(hosts.host.name, HOLD, 'holding')).split(' ').map(Number);
  holder = { pid: pid as number, port: port as number };
});

afterEach(() => exporter.program.stop());

afterAll(async () => {
  await Promise.all([here.stop(), elsewhere.stop(), ...running.map((program) => program.stop())]);
  await hosts.remove();
  rmSync(directory, { recursive: true });
});

async function start(protection: Protection, flags: readonly string[] = []): Promise<void> {
  const pair = { cert_file: 'server.crt', key_file: 'server.key' };
  const web = {
    none: {},
    basic: { basic_auth_users: { prometheus: hashSync(PASSWORD, 10) } },
    tls: { tls_server_config: pair },
    mtls: {
      tls_server_config: { ...pair, client_auth_type: 'RequireAndVerifyClientCert', client_ca_file: 'authority.crt' },
    },
  };
  const files = { 'server.crt': server.cert, 'server.key': server.key, 'authority.crt': authority.cert };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const file = join(directory, 'web.yml');
  writeFileSync(file, stringify(web[protection]));
  const more = [`--web.listen-address=198.51.100.1:${PORT}`, `--web.config.file=${file}`, ...FAST, '--stuck.after=1s'];
  exporter = await startExporter({ directory, port: PORT, netns: hosts.host.name, flags: [...more, ...flags] });
  await eventually('a headline about the stuck ports', async () => {
    return (await exporter.get('/')).includes(`${REMOTE}:9009`) || undefined;
  });
}

function ask(protection: Protection, asker: Asker, path: string, withCredentials: boolean): Promise<RouteAnswer> {
  if (asker === 'control socket') {
    return here.ask({ url: `http://localhost${path}`, socketPath: exporter.controlSocket });
  }
  const isSecure = protection === 'tls' || protection === 'mtls';
  const host = asker === 'other address' ? hosts.hostAddress : '127.0.0.1';
  const question: RouteQuestion = {
    url: `${isSecure ? 'https' : 'http'}://${host}:${PORT}${path}`,
    headers: {
      ...(asker === 'forwarded loopback' && { 'x-forwarded-for': '127.0.0.1' }),
      ...(asker === 'other site' && { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }),
      ...(withCredentials && { authorization: basic('prometheus', PASSWORD) }),
    },
    tls: { ca: authority.cert, ...(withCredentials && { cert: client.cert, key: client.key }) },
  };
  return (asker === 'other address' ? elsewhere : here).ask(question);
}

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** What SECURITY.md promises: whether there is an answer at all, and whether details are in it. */
function promised(protection: Protection, asker: Asker, withCredentials: boolean): 'refused' | 'answered' | 'details' {
  if (asker === 'control socket') return 'details';
  const asksForProof = protection === 'basic' || protection === 'mtls';
  if (asksForProof && !withCredentials) return 'refused';
  if (asker === 'other site') return 'answered';
  return asksForProof || asker === 'loopback' ? 'details' : 'answered';
}

function inAnswer(promise: 'refused' | 'answered' | 'details', audience: Audience): string {
  if (promise === 'refused' || audience === 'inside') return promise;
  if (audience === 'everybody') return 'answered';
  return promise === 'details' ? promise : 'forbidden';
}

/** What an answer was, told from its body and not from what the exporter says about itself. */
function seen({ status, body }: RouteAnswer, path: string): 'refused' | 'forbidden' | 'answered' | 'details' {
  if (status === 0 || status === 401) return 'refused';
  if (status === 403) return 'forbidden';
  expect([path, status]).toEqual([path, 200]);
  const secrets = [REMOTE, `"pid":${holder.pid}`, directory];
  return path !== '/metrics' && secrets.some((secret) => body.includes(secret)) ? 'details' : 'answered';
}

/** Owner of the connections as a path of the API names it. */
async function ownerPath(): Promise<string> {
  const answer = JSON.parse(await exporter.get(`/api/v1/ports/tcp/${holder.port}`));
  const { netns, process, unit } = answer.journeys[0].now;
  expect(answer.journeys[0].now.pid).toBe(holder.pid);
  return [netns, process, unit === '' ? '-' : unit].map(encodeURIComponent).join('/');
}

describe.each(['none', 'basic', 'tls', 'mtls'] as const)('with protection %s', (protection) => {
  it('every route tells everybody exactly what SECURITY.md says', async () => {
    await start(protection);
    const table = routes({ owner: await ownerPath(), port: holder.port });
    expect(await routePatterns()).toEqual(Object.keys(table).sort());
    const got: string[] = [];
    const wanted: string[] = [];
    for (const [path, audience] of Object.values(table)) {
      for (const asker of ASKERS) {
        for (const withCredentials of [false, true]) {
          const line = `${path} to ${asker}${withCredentials ? ' with credentials' : ''}: `;
          got.push(line + seen(await ask(protection, asker, path, withCredentials), path));
          wanted.push(line + inAnswer(promised(protection, asker, withCredentials), audience));
        }
      }
    }
    expect(got).toEqual(wanted);
  });
});

describe('without protection', () => {
  it('a page that led a browser here by a name of its own gets nothing from a loopback listener', async () => {
    await start('none');
    for (const [pattern, [path]] of Object.entries(routes({ owner: await ownerPath(), port: holder.port }))) {
      const led = await here.ask({ url: `http://127.0.0.1:${PORT}${path}`, headers: { host: `evil.example:${PORT}` } });
      expect([pattern, led.status]).toEqual([pattern, 421]);
    }
  });

  it('--privacy.remotes=class keeps every address to the control socket, and out of /metrics altogether', async () => {
    await start('none', ['--privacy.remotes=class']);
    const told: string[] = [];
    for (const [path] of Object.values(routes({ owner: await ownerPath(), port: holder.port }))) {
      for (const asker of ASKERS) {
        const { body } = await ask('none', asker, path, false);
        if (body.includes(REMOTE)) told.push(`${path} to ${asker}`);
      }
    }
    expect(told).toEqual([
      '/ to control socket',
      '/api/v1/status to control socket',
      '/api/v1/owners to control socket',
      '/api/v1/ports to control socket',
      `/api/v1/ports/tcp/${holder.port} to control socket`,
    ]);
    expect(await exporter.metrics()).toMatch(/process_stuck_remote_ports\{.*remote="other",class="other"\} 10/);
  });
});

describe('with passwords', () => {
  it('a name that is no user costs the time of a wrong password', async () => {
    await start('basic');
    const times: Record<'wrong' | 'unknown', number[]> = { wrong: [], unknown: [] };
    // Turn by turn, so that a busy machine slows both; each password once, so that none is remembered.
    for (let n = 0; n < 15; n++) {
      for (const [kind, name] of [
        ['wrong', 'prometheus'],
        ['unknown', `nobody${n}`],
      ] as const) {
        const headers = { authorization: basic(name, `guess ${n}`) };
        const { status, ms } = await here.ask({ url: `http://127.0.0.1:${PORT}/metrics`, headers });
        expect(status).toBe(401);
        times[kind].push(ms);
      }
    }
    const [wrong, unknown] = [quartiles(times.wrong), quartiles(times.unknown)];
    const noise = Math.max(wrong.spread, unknown.spread, 0.15 * wrong.median);
    console.log('wrong password', wrong, 'unknown user', unknown);
    expect(Math.abs(wrong.median - unknown.median)).toBeLessThan(noise);
    // And there is something to tell apart: a remembered answer takes none of that time.
    const again = { authorization: basic('prometheus', 'guess 14') };
    const { ms } = await here.ask({ url: `http://127.0.0.1:${PORT}/metrics`, headers: again });
    expect(ms).toBeLessThan(unknown.median / 2);
  });
});

function quartiles(values: readonly number[]): { median: number; spread: number } {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)] as number;
  return { median: at(0.5), spread: at(0.75) - at(0.25) };
}
