import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECORDING } from '../../src/bundle/recording-names.ts';
import { FAMILY_KEYS } from '../../src/metrics/families.ts';
import { FLEET_NOW, HOSTILE } from '../helpers/dashboard-data/fleet.ts';
import { rightlyEmpty } from '../helpers/dashboard-data/rightly-empty.ts';
import { substitute } from '../helpers/dashboard-data/substitute.ts';
import { VIEWS, type View } from '../helpers/dashboard-data/views.ts';
import { writeOpenMetrics } from '../helpers/dashboard-data/write-openmetrics.ts';
import { panelsOf, readDashboard, type TargetJson } from '../helpers/dashboard-json.ts';
import { backfill, type RealPrometheus, startPrometheus } from '../helpers/real-prometheus.ts';

describe.each([
  ['without the rules', false],
  ['with the recordings of the rules', true],
])('every query of every dashboard against a real Prometheus that holds a fleet, %s', (_name, recordings) => {
  const dir = mkdtempSync(join(tmpdir(), 'epx-dashboards-'));
  let prometheus: RealPrometheus;
  let families: ReadonlySet<string>;

  beforeAll(async () => {
    const text = join(dir, 'fleet.om');
    families = await writeOpenMetrics(text, FLEET_NOW, { recordings });
    await backfill(text, join(dir, 'data'));
    prometheus = await startPrometheus(join(dir, 'data'));
  });

  afterAll(async () => {
    await prometheus?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('has data of every family of the contract', () => {
    expect(FAMILY_KEYS.filter((key) => !families.has(key))).toEqual([]);
  });

  it.each(VIEWS.map((view) => [view.name, view] as const))(
    '%s: no error, and no empty answer without a reason',
    async (_, view) => {
      const empty: string[] = [];
      for (const panel of panelsOf(readDashboard(view.uid))) {
        for (const target of panel.targets ?? []) {
          const answer = await ask(prometheus, view, target);
          if (answer === 0) empty.push(`${panel.title} ${target.refId}`);
        }
      }
      expect(empty.sort()).toEqual(rightlyEmpty(view.name, recordings));
    },
  );

  it('shows the time left that the rules forecast, where they do', async () => {
    const view = VIEWS.find((one) => one.name === 'host of the incident') as View;
    const panel = panelsOf(readDashboard(view.uid)).find((one) => one.title === 'Time to empty');
    const shown = await prometheus.instant(
      substitute(panel?.targets?.[0]?.expr ?? '', view.choice, 86_400, 60),
      FLEET_NOW,
    );
    const forecast = await prometheus.instant(
      `${RECORDING.exhaustionSeconds}{instance="${view.choice['instance']}"}`,
      FLEET_NOW,
    );
    expect(forecast).toHaveLength(recordings ? 1 : 0);
    if (recordings) expect(shown[0]?.value?.[1]).toBe(forecast[0]?.value?.[1]);
    else expect(Number(shown[0]?.value?.[1])).toBeGreaterThan(0);
  });

  it('can choose a program whose name is full of signs', async () => {
    const choice = { ...VIEWS[0]?.choice, instance: 'mail-01:10071', process: HOSTILE };
    const panel = panelsOf(readDashboard('epx-leak')).find((one) => one.title === 'All ports by state');
    const answer = await prometheus.instant(substitute(panel?.targets?.[0]?.expr ?? '', choice, 86_400, 60), FLEET_NOW);
    expect(answer.map((series) => series.metric['state'])).toContain('established');
    expect(answer.some((series) => Number(series.value?.[1]) > 0)).toBe(true);
  });

  it.each(VIEWS.map((view) => [view.name, view] as const))(
    '%s: variables offer something, marks can be asked for',
    async (_, view) => {
      const dashboard = readDashboard(view.uid);
      for (const { expr, name } of dashboard.annotations.list) {
        if (expr === undefined) continue;
        const range = view.rangeSeconds;
        const answer = await prometheus.range(
          substitute(expr, view.choice, range, 300),
          FLEET_NOW - range,
          FLEET_NOW,
          300,
        );
        const mayBeEmpty =
          name === 'System events' || (name === 'Alerts' && (!recordings || view.name.includes('sound')));
        if (!mayBeEmpty) expect(answer.length, name).toBeGreaterThan(0);
      }
      for (const variable of dashboard.templating.list.slice(1)) {
        const { query } = variable.query as { query: string };
        const inner = /^(?:label_values|query_result)\((.*)\)$/s.exec(query)?.[1]?.replace(/, \w+$/, '') ?? '';
        const answer = await prometheus.instant(substitute(inner, view.choice, view.rangeSeconds, 300), FLEET_NOW);
        const offered = new Set(answer.map((series) => series.metric[variable.name]));
        expect(offered.has(undefined), variable.name).toBe(false);
        expect(offered.size, variable.name).toBeGreaterThan(0);
      }
    },
  );
});

async function ask(prometheus: RealPrometheus, view: View, target: TargetJson): Promise<number> {
  const step = Math.max(60, Math.ceil(view.rangeSeconds / 400 / 60) * 60);
  const expr = substitute(target.expr, view.choice, view.rangeSeconds, step);
  const answer =
    target.range === true
      ? await prometheus.range(expr, FLEET_NOW - view.rangeSeconds, FLEET_NOW, step)
      : await prometheus.instant(expr, FLEET_NOW);
  return answer.length;
}
