import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { eventually, type Program, startProgram } from '../helpers/program.ts';
import { quickAlertmanager } from '../helpers/quick-alertmanager.ts';

const EXAMPLE = fileURLToPath(new URL('../../alerts/alertmanager.example.yml', import.meta.url));

describe('alertmanager.example.yml', () => {
  it('is one that Alertmanager takes', () => {
    expect(execFileSync('amtool', ['check-config', EXAMPLE], { encoding: 'utf8' })).toContain('SUCCESS');
  });

  it.each([
    ['pages', ['alertname=EphemeralPortExhaustionPredicted', 'severity=critical', 'instance=dc1']],
    ['tickets', ['alertname=EphemeralPortLeak', 'severity=warning', 'process=dnsfilter.exe', 'instance=dc1']],
    ['tickets', ['alertname=EphemeralPortUsageHigh', 'severity=warning', 'instance=dc1']],
    ['unsent', ['alertname=EphemeralPortsReleased', 'severity=info', 'process=dnsfilter.exe']],
  ])('routes to %s: %j', (receiver, labels) => {
    const route = execFileSync('amtool', ['config', 'routes', 'test', `--config.file=${EXAMPLE}`, ...labels]);
    expect(route.toString().trim()).toBe(receiver);
  });

  it('gives every inhibition an equal with the instance', () => {
    const { inhibit_rules: rules } = parse(readFileSync(EXAMPLE, 'utf8')) as { inhibit_rules: { equal: string[] }[] };
    expect(rules.length).toBeGreaterThan(5);
    for (const rule of rules) expect(rule.equal).toEqual(expect.arrayContaining(['job', 'instance']));
  });
});

interface Notification {
  readonly path: string;
  readonly status: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Record<string, string> }[];
}

const POOL = { job: 'epx', instance: 'dc1', protocol: 'tcp', netns: 'host' };
const OWNER = { ...POOL, process: 'dnsfilter.exe', unit: 'DnsFilterSvc' };
const LINK_LOCAL = { ...OWNER, alertname: 'EphemeralPortLinkLocalLeak', severity: 'warning', class: 'linklocal' };
const LEAK = { ...OWNER, alertname: 'EphemeralPortLeak', severity: 'warning', class: 'leak' };
const FORECAST = { ...POOL, alertname: 'EphemeralPortExhaustionPredicted', class: 'forecast' };
const TICKET_FORECAST = { ...FORECAST, severity: 'warning' };
const PAGE_FORECAST = { ...FORECAST, severity: 'critical' };
const HIGH = { ...POOL, alertname: 'EphemeralPortUsageHigh', severity: 'warning', class: 'near' };
const FULL = { ...POOL, alertname: 'EphemeralPortAlmostExhausted', severity: 'critical', class: 'near' };
const EVENT = {
  job: 'epx',
  instance: 'dc1',
  event_id: '4231',
  alertname: 'EphemeralPortExhaustionEvent',
  severity: 'critical',
  class: 'event',
};
const OTHER_HOST = { ...FULL, instance: 'dc2' };

describe('a real Alertmanager with the example, its times divided', () => {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const received: Notification[] = [];
  let directory: string;
  let webhook: Server;
  let alertmanager: Program;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'eph-am-'));
    webhook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push({ path: request.url ?? '', ...(JSON.parse(body) as Omit<Notification, 'path'>) });
        response.end();
      });
    });
    await new Promise<void>((resolve) => webhook.listen(port + 1, '127.0.0.1', resolve));
    writeFileSync(join(directory, 'alertmanager.yml'), quickAlertmanager(readFileSync(EXAMPLE, 'utf8'), port + 1));
    alertmanager = startProgram({
      command: 'prometheus-alertmanager',
      args: [
        `--config.file=${join(directory, 'alertmanager.yml')}`,
        `--storage.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ],
      logFile: join(directory, 'log'),
    });
    await eventually('Alertmanager is ready', async () =>
      (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok ? true : undefined,
    );
  });

  afterAll(async () => {
    await alertmanager.stop();
    await new Promise((resolve) => webhook.close(resolve));
    rmSync(directory, { recursive: true });
  });

  /** Posts `firing` once a second for `seconds`, as Prometheus does; what is left out was resolved. */
  async function play(seconds: number, firing: readonly Record<string, string>[]): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      const now = Date.now();
      const alive = firing.map((labels) => ({ labels, endsAt: new Date(now + 4_000).toISOString() }));
      const ended = all.filter((labels) => !firing.includes(labels));
      const over = ended.map((labels) => ({ labels, endsAt: new Date(now).toISOString() }));
      await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([...alive, ...over.filter(({ labels }) => started.has(labels))]),
      });
      for (const labels of firing) started.add(labels);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
  const all = [LINK_LOCAL, LEAK, TICKET_FORECAST, PAGE_FORECAST, HIGH, FULL, EVENT, OTHER_HOST];
  const started = new Set<Record<string, string>>();
  const sent = (path: string, status: string): Notification[] =>
    received.filter((one) => one.path === path && one.status === status);

  it('makes one page and one ticket of one leak through flapping over many group intervals', async () => {
    await play(4, [LINK_LOCAL]);
    await play(4, [LINK_LOCAL, LEAK]);
    await play(3, [LINK_LOCAL, LEAK, TICKET_FORECAST]);
    await play(3, [LINK_LOCAL, LEAK]);
    await play(3, [LINK_LOCAL, LEAK, TICKET_FORECAST, HIGH]);
    await play(4, [LINK_LOCAL, LEAK, TICKET_FORECAST, HIGH, PAGE_FORECAST]);
    await play(4, [LINK_LOCAL, LEAK, HIGH, PAGE_FORECAST, FULL]);
    await play(3, [LINK_LOCAL, LEAK, HIGH, PAGE_FORECAST, FULL, EVENT]);
    expect(sent('/tickets', 'firing')).toHaveLength(1);
    expect(sent('/tickets', 'firing')[0]?.alerts.map(({ labels }) => labels['process'])).toEqual(['dnsfilter.exe']);
    expect(sent('/pages', 'firing')).toHaveLength(1);
    expect(sent('/pages', 'firing')[0]?.alerts.map(({ labels }) => labels['alertname'])).toEqual([
      'EphemeralPortExhaustionPredicted',
    ]);
    expect(received.filter(({ status }) => status === 'resolved')).toEqual([]);
  });

  it('pages another host on its own meanwhile', async () => {
    await play(3, [LINK_LOCAL, LEAK, HIGH, PAGE_FORECAST, FULL, EVENT, OTHER_HOST]);
    const pages = sent('/pages', 'firing');
    expect(pages.map(({ alerts }) => alerts[0]?.labels['instance'])).toEqual(['dc1', 'dc2']);
  });
});
