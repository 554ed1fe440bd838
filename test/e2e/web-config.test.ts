import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { makeCertificate } from '../helpers/make-certificate.ts';
import { parseMetrics, seriesValue } from '../helpers/metrics-text.ts';
import { startPrometheus } from '../helpers/monitoring.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program } from '../helpers/program.ts';
import { type RouteAsker, startRouteAsker } from '../helpers/route-asker.ts';
import { runMain } from '../helpers/run-main.ts';

const TARGET = '127.0.0.1:10071';
const authority = makeCertificate({ name: 'authority', isAuthority: true });
const sans = ['IP:127.0.0.1', 'DNS:localhost'];
const prometheus = makeCertificate({ name: 'prometheus', sans: ['DNS:prometheus.example'], issuer: authority });
const directory = mkdtempSync(join(tmpdir(), 'eph-web-'));
const file = join(directory, 'web.yml');
const running: Program[] = [];
let netns: Namespace;
let exporter: RunningExporter;
let asker: RouteAsker;

function write(name: string, content: string): void {
  // As certificate tools do it: never a half-written file.
  writeFileSync(join(directory, `${name}.new`), content);
  renameSync(join(directory, `${name}.new`), join(directory, name));
}

function writePair(): void {
  const pair = makeCertificate({ name: 'exporter', sans, issuer: authority });
  write('server.crt', pair.cert);
  write('server.key', pair.key);
}

const CONFIG = {
  tls_server_config: {
    cert_file: 'server.crt',
    key_file: 'server.key',
    client_auth_type: 'RequireAndVerifyClientCert',
    client_ca_file: 'authority.crt',
    client_allowed_sans: ['prometheus.example'],
    cipher_suites: ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    curve_preferences: ['X25519', 'CurveP256'],
  },
  http_server_config: { headers: { 'Strict-Transport-Security': 'max-age=31536000' } },
  basic_auth_users: { prometheus: hashSync('first', 10) },
  rate_limit: { interval: '10ms', burst: 50 },
};

beforeAll(async () => {
  netns = await makeNamespace('eph-web');
  asker = startRouteAsker(netns.name);
  writePair();
  write('authority.crt', authority.cert);
  write('prometheus.crt', prometheus.cert);
  write('prometheus.key', prometheus.key);
  write('password', 'first');
  write('web.yml', stringify(CONFIG));
  const flags = [`--web.config.file=${file}`, '--sample.interval=500ms', '--sample.cpu-budget=50%'];
  exporter = await startExporter({ directory, port: 10_071, netns: netns.name, flags });
  running.push(exporter.program);
});

afterAll(async () => {
  await Promise.all([asker.stop(), ...running.map((program) => program.stop())]);
  await netns.remove();
  rmSync(directory, { recursive: true });
});

/** Serial number of the certificate that new connections get, and what reloading says. */
async function served(): Promise<{ serial: string; reloaded: number | undefined }> {
  const { serial = '' } = await asker.ask({ url: `https://${TARGET}/`, tls: { ca: authority.cert } });
  const series = parseMetrics(await exporter.metrics());
  return { serial, reloaded: seriesValue(series, 'ephemeral_port_exporter_config_last_reload_successful') };
}

it('is a file that exporter-toolkit takes too, as promtool says', async () => {
  // Debian's promtool is older than these two keys.
  const { client_allowed_sans, ...tls_server_config } = CONFIG.tls_server_config;
  const { rate_limit, ...config } = { ...CONFIG, tls_server_config };
  write('older.yml', stringify(config));
  const { all } = await execa('promtool', ['check', 'web-config', join(directory, 'older.yml')], { all: true });
  expect(all).toContain('SUCCESS');
});

it('lets a real Prometheus scrape with its certificate and password, through renewals of both, and nobody without', async () => {
  const scrape = {
    scheme: 'https',
    tls_config: {
      ca_file: join(directory, 'authority.crt'),
      cert_file: join(directory, 'prometheus.crt'),
      key_file: join(directory, 'prometheus.key'),
    },
    basic_auth: { username: 'prometheus', password_file: join(directory, 'password') },
  };
  const place = { directory, netns: netns.name };
  running.push(startPrometheus(place, { port: 10_090, targets: [TARGET], ruleFiles: [], alertmanagers: [], scrape }));
  const query = async (expr: string): Promise<number | undefined> => {
    const url = `http://127.0.0.1:10090/api/v1/query?query=${encodeURIComponent(expr)}`;
    const { data } = JSON.parse(await netns.exec('curl', '-sS', url));
    return data.result[0] === undefined ? undefined : Number(data.result[0].value[1]);
  };
  const isScraped = (what: string) =>
    eventually(
      what,
      async () => ((await query('min_over_time(up[4s]) == 1')) === undefined ? undefined : true),
      40_000,
    );
  await isScraped('scrapes that succeed');
  expect(await query('ephemeral_port_capacity{protocol="tcp"}')).toBe(28_232);

  const before = await served();
  writePair();
  await eventually('the new certificate', async () => (await served()).serial !== before.serial || undefined);
  await isScraped('scrapes under the new certificate');

  write('web.yml', stringify({ ...CONFIG, basic_auth_users: { prometheus: hashSync('second', 10) } }));
  await eventually('scrapes with the old password fail', async () => (await query('up == 0')) === 0 || undefined);
  write('password', 'second');
  await isScraped('scrapes with the new password');

  const good = await served();
  write('server.key', prometheus.key);
  await eventually('a reload that failed', async () => (await served()).reloaded === 0 || undefined);
  expect((await served()).serial).toBe(good.serial);
  expect(exporter.program.output()).toMatch(/web\.yml:3:\d+: tls_server_config\.key_file: is not the private key/);
  writePair();
  await eventually('a reload that is good', async () => (await served()).reloaded === 1 || undefined);
  await isScraped('scrapes after the repair');

  const curl = ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', '--cacert', join(directory, 'authority.crt')];
  const own = ['--cert', join(directory, 'prometheus.crt'), '--key', join(directory, 'prometheus.key')];
  const inside = (...args: string[]) =>
    execa('ip', ['netns', 'exec', netns.name, ...curl, ...args, `https://${TARGET}/metrics`], { reject: false });
  expect((await inside(...own, '-u', 'prometheus:second')).stdout).toBe('200');
  expect((await inside(...own, '-u', 'prometheus:first')).stdout).toBe('401');
  expect((await inside(...own)).stdout).toBe('401');
  expect((await inside('-u', 'prometheus:second')).stdout).toBe('000');
  const secrets = ['first', 'second', ...(prometheus.key.split('\n').slice(1, 3) as string[])];
  for (const secret of secrets) expect(exporter.program.output()).not.toContain(secret);
  expect(await exporter.get('/api/v1/config')).not.toMatch(/\$2[aby]\$|PRIVATE/);
});

it('keeps the program from starting when it is bad, and says where', async () => {
  const bad = join(directory, 'bad.yml');
  writeFileSync(bad, 'tls_server_config:\n  cert_file: server.crt\nbasic_auth_user: {}\n');
  const { exitCode, stderr } = await runMain([`--web.config.file=${bad}`], netns.name);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('EPH_CONFIG_INVALID');
  expect(stderr).toContain(`${bad}:2:3: tls_server_config: needs key or key_file`);
  expect(stderr).toContain(`${bad}:3:1: unknown key "basic_auth_user"`);
});
