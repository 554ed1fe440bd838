import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseKnobs } from '../../src/bundle/alerts/knobs.ts';
import { ruleGroups } from '../../src/bundle/alerts/rule-groups.ts';
import { prometheusRulesFile } from '../../src/bundle/alerts/write-prometheus.ts';
import { type IncidentStage, makeIncident } from '../helpers/incident-stage.ts';
import { startAlertmanagerWith, startPrometheus } from '../helpers/monitoring.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';
import { quickAlertmanager } from '../helpers/quick-alertmanager.ts';
import { backfill } from '../helpers/real-prometheus.ts';
import { METADATA_REMOTE } from '../helpers/recipes/metadata-leak.ts';

const EXAMPLE = fileURLToPath(new URL('../../alerts/alertmanager.example.yml', import.meta.url));
const WEBHOOK = fileURLToPath(new URL('../helpers/webhook-receiver.js', import.meta.url));
/** Half an hour is 15 s, and a week 84 min. */
const TIME_SCALE = 120;
const RANGE = { first: 40_000, size: 1200 };
const PORTS_A_STEP = 8;
const INSTANCE = '127.0.0.1:10071';

interface Notification {
  readonly path: string;
  readonly status: string;
  readonly alerts: readonly {
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  }[];
}

describe('the incident, from the leak to the person who is woken', () => {
  const running: Program[] = [];
  let stage: IncidentStage;
  let webhook: Program;

  beforeAll(async () => {
    stage = await makeIncident();
    const { name: netns } = stage.namespace;
    await stage.namespace.setSysctl('net.ipv4.ip_local_port_range', `${RANGE.first} ${RANGE.first + RANGE.size - 1}`);
    const directory = stage.directory;
    const knobs = parseKnobs([`time-scale=${TIME_SCALE}`, 'min-age-hours=0.1']);
    const rules = join(directory, 'rules.yml');
    writeFileSync(rules, prometheusRulesFile(ruleGroups(knobs), knobs));
    await backfill(weekOfHistory(directory), join(directory, 'prometheus', 'data'));
    webhook = startProgram({
      command: process.execPath,
      args: [WEBHOOK, '10094'],
      netns,
      logFile: join(directory, 'webhook.log'),
    });
    const place = { directory, netns };
    running.push(
      webhook,
      startAlertmanagerWith(place, { port: 10_093, config: quickAlertmanager(readFileSync(EXAMPLE, 'utf8'), 10_094) }),
      startPrometheus(place, {
        port: 10_090,
        targets: [INSTANCE],
        ruleFiles: [rules],
        alertmanagers: ['127.0.0.1:10093'],
      }),
    );
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await stage.clear();
  });

  const received = (): Notification[] =>
    webhook
      .output()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const sent = (path: string): Notification[] =>
    received().filter((one) => one.path === path && one.status === 'firing');

  it('is one ticket and one page, which name the process, its pace, the time left and the remote', async () => {
    const leaked: number[] = [];
    await eventually(
      'a page',
      async () => {
        const ports = stage.takePorts(PORTS_A_STEP);
        await stage.leak({ shape: 'disconnect', ports, whenOpen: stage.twoSamples });
        leaked.push(...ports);
        return sent('/pages')[0];
      },
      110_000,
    );
    // Five group intervals more, in which the leak stands still: neither is sent again.
    await new Promise((resolve) => setTimeout(resolve, 10_000));

    expect(sent('/tickets')).toHaveLength(1);
    expect(sent('/pages')).toHaveLength(1);
    const ticket = sent('/tickets')[0]?.alerts[0];
    const page = sent('/pages')[0]?.alerts[0];
    expect(ticket?.labels).toMatchObject({
      alertname: 'EphemeralPortLinkLocalLeak',
      process: 'dns-filter',
      instance: INSTANCE,
    });
    expect(ticket?.annotations['description']).toMatch(
      new RegExp(
        `^"dns-filter" .* most to ${METADATA_REMOTE} .* gained \\d+\\.\\d\\d stuck ports a minute .* ports are left, \\S.* at this pace, until \\d{4}-`,
      ),
    );
    expect(page?.labels).toMatchObject({ alertname: 'EphemeralPortExhaustionPredicted', severity: 'critical' });
    expect(page?.annotations['description']).toMatch(
      new RegExp(
        `is empty in \\S+.* of ${RANGE.size} ports are used.* proven leak is "dns-filter" .* with \\d+\\.\\d\\d ports a minute \\(most stuck ports last talked to ${METADATA_REMOTE}`,
      ),
    );
    expect(leaked.length).toBeLessThan(RANGE.size);
  });
});

/** What a Prometheus holds of a host that it has known for a week, a week of this test's time. */
function weekOfHistory(directory: string): string {
  const week = (8 * 86_400) / TIME_SCALE;
  const now = Math.floor(Date.now() / 1000);
  const labels = `job="ephemeral-port-exporter",instance="${INSTANCE}",protocol="tcp",netns="self"`;
  const points: string[] = [];
  for (let ago = week; ago > week / 8; ago -= 2)
    points.push(`instance:ephemeral_port_used:max1h{${labels}} 20 ${now - ago}`);
  mkdirSync(join(directory, 'prometheus', 'data'), { recursive: true });
  const file = join(directory, 'history.txt');
  writeFileSync(file, `# TYPE instance:ephemeral_port_used:max1h gauge\n${points.join('\n')}\n# EOF\n`);
  return file;
}
