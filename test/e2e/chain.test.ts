import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { parseMetrics, seriesValue } from '../helpers/metrics-text.ts';
import { startAlertmanager, startPrometheus } from '../helpers/monitoring.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';

/** Growth of bound ports, with the incident's hours cut to seconds. */
const RULES = `
groups:
  - name: first-alert
    rules:
      - alert: EphemeralPortBoundGrowth
        expr: 'delta(ephemeral_port_process_ports{protocol="tcp",state="bound",process!~"\\\\(.*"}[10s]) > 15'
        for: 2s
        labels: {severity: warning}
        annotations:
          description: '{{ $labels.process }} took {{ $value | printf "%.0f" }} ports in 10 s and let none go'
`;

interface Notification {
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  }[];
}

describe('the chain from a leak to a message', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eph-chain-'));
  const place = { directory, netns: '' };
  const running: Program[] = [];
  let netns: Namespace;
  let exporter: RunningExporter;

  const start = (name: string, command: string, args: readonly string[]): Program => {
    const program = startProgram({ command, args, netns: netns.name, logFile: join(directory, `${name}.log`) });
    running.push(program);
    return program;
  };

  beforeAll(async () => {
    netns = await makeNamespace('eph-chain');
    place.netns = netns.name;
    execFileSync('cc', ['-o', join(directory, 'leaky-dns'), join(import.meta.dirname, '../helpers/leaky.c')]);
    exporter = await startExporter({
      directory,
      port: 10_071,
      netns: netns.name,
      flags: ['--sample.interval=1s', '--sample.cpu-budget=50%'],
    });
    running.push(exporter.program);
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await netns.remove();
    rmSync(directory, { recursive: true });
  });

  it('names the leaking program at the webhook within a minute of its start', async () => {
    const webhook = start('webhook', process.execPath, [
      join(import.meta.dirname, '../helpers/webhook-receiver.js'),
      '10094',
    ]);
    const ruleFile = join(directory, 'rules.yml');
    writeFileSync(ruleFile, RULES);
    running.push(
      startAlertmanager(place, { port: 10_093, webhook: 'http://127.0.0.1:10094/' }),
      startPrometheus(place, {
        port: 10_090,
        targets: ['127.0.0.1:10071'],
        ruleFiles: [ruleFile],
        alertmanagers: ['127.0.0.1:10093'],
      }),
    );
    const leaky = start('leaky', join(directory, 'leaky-dns'), ['200', '100']);

    const alert = await eventually(
      'a notification at the webhook',
      () => {
        const notifications = webhook.output().split('\n').filter(Boolean);
        return notifications.flatMap((line) => (JSON.parse(line) as Notification).alerts)[0];
      },
      60_000,
    );
    expect(alert.status).toBe('firing');
    expect(alert.labels).toMatchObject({ alertname: 'EphemeralPortBoundGrowth', process: 'leaky-dns', netns: 'self' });
    expect(alert.annotations['description']).toMatch(/^leaky-dns took \d+ ports in 10 s and let none go$/);

    const taken = await eventually('all ports taken', () => {
      const ports = leaky.output().split('\n').filter(Boolean);
      return ports.length === 200 ? ports : undefined;
    });
    const bound = await eventually('all of them counted', async () => {
      const series = parseMetrics(await exporter.metrics());
      const value = seriesValue(series, 'ephemeral_port_process_ports', { process: 'leaky-dns', state: 'bound' });
      return value === taken.length ? value : undefined;
    });
    expect(bound).toBe(200);
  });
});
