import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DASHBOARD_UIDS, type PanelJson, panelsOf, readDashboard } from '../../../helpers/dashboard-json.ts';

describe.each(DASHBOARD_UIDS)('dashboard %s', (uid) => {
  const dashboard = readDashboard(uid);
  const panels = panelsOf(dashboard);
  const drawn = panels.filter((panel) => panel.type !== 'text');

  it('is classic JSON that nobody can edit in place', () => {
    expect(dashboard.uid).toBe(uid);
    expect(dashboard.editable).toBe(false);
    expect(dashboard.schemaVersion).toBeLessThanOrEqual(42);
  });

  it('opens at most 12 panels and keeps the rest in collapsed rows', () => {
    const rows = dashboard.panels.filter((panel) => panel.type === 'row');
    expect(dashboard.panels.length - rows.length).toBeLessThanOrEqual(12);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.collapsed !== true)).toEqual([]);
  });

  it('uses only panels that every Grafana has', () => {
    const core = ['stat', 'table', 'timeseries', 'bargauge', 'text'];
    expect(panels.filter((panel) => !core.includes(panel.type))).toEqual([]);
  });

  it('says on every panel what good and bad look like and where to click next', () => {
    for (const panel of panels) {
      expect(panel.title).not.toBe('');
      expect(panel.description).toBeTruthy();
    }
    for (const panel of drawn) expect(panel.description).toMatch(/\*\*Good:\*\* .+\*\*Bad:\*\* .+\*\*Next:\*\* .+/s);
  });

  it('has a unit and a data source by variable on every panel', () => {
    for (const panel of drawn) {
      expect(panel.fieldConfig?.defaults.unit, panel.title).toBeTruthy();
      expect(panel.datasource?.uid, panel.title).toBe('$datasource');
      expect(panel.targets?.length, panel.title).toBeGreaterThan(0);
    }
  });

  it('asks stats, tables and bars with instant queries and charts with range queries', () => {
    for (const panel of drawn) {
      const range = panel.type === 'timeseries';
      for (const target of panel.targets ?? []) {
        expect({ panel: panel.title, range: target.range ?? false, instant: target.instant ?? false }).toEqual({
          panel: panel.title,
          range,
          instant: !range,
        });
        if (panel.type === 'table') expect(target.format).toBe('table');
      }
    }
  });

  it('paints no tile in the colour of trouble because there is nothing to show', () => {
    const painted = drawn.filter(
      (panel) => panel.options?.colorMode === 'background' && panel.fieldConfig?.defaults.noValue,
    );
    for (const panel of painted) {
      const special = (panel.fieldConfig?.defaults.mappings ?? []).filter((mapping) => mapping.type === 'special');
      expect(
        special.map((mapping) => mapping.options.result?.color),
        panel.title,
      ).toEqual(['green']);
    }
    expect(painted.length).toBeGreaterThan(0);
  });

  it('gives every panel an id of its own and lets none overlap', () => {
    const all = [...dashboard.panels, ...dashboard.panels.flatMap((panel) => panel.panels ?? [])];
    expect(new Set(all.map((panel) => panel.id)).size).toBe(all.length);
    for (const group of [dashboard.panels, ...dashboard.panels.map((panel) => panel.panels ?? [])]) {
      expect(overlapping(group)).toEqual([]);
    }
  });

  it('links to the other dashboards with time range and variables kept', () => {
    expect(dashboard.links.length).toBeGreaterThan(0);
    for (const link of dashboard.links) expect([link.keepTime, link.includeVars]).toEqual([true, true]);
  });

  it('keeps Grafana\u2019s own notes and adds alerts', () => {
    const names = dashboard.annotations.list.map((annotation) => annotation.name);
    expect(dashboard.annotations.list.filter((annotation) => annotation.builtIn === 1)).toHaveLength(1);
    expect(names).toContain('Alerts');
  });

  it('asks for its data source when imported', () => {
    const url = new URL(`../../../../grafana/import/${uid}.json`, import.meta.url);
    const copy = JSON.parse(readFileSync(url, 'utf8')) as { __inputs: { name: string }[]; editable: boolean };
    expect(copy.__inputs.map((input) => input.name)).toEqual(['DS_PROMETHEUS']);
    expect(copy.editable).toBe(true);
    expect(JSON.stringify(copy)).toContain(`$\{DS_PROMETHEUS}`);
  });
});

function overlapping(panels: readonly PanelJson[]): string[] {
  const found: string[] = [];
  panels.forEach((a, index) => {
    for (const b of panels.slice(index + 1)) {
      const [p, q] = [a.gridPos, b.gridPos];
      if (p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h)
        found.push(`${a.title} / ${b.title}`);
    }
    if (a.gridPos.x + a.gridPos.w > 24) found.push(`${a.title} is too wide`);
  });
  return found;
}
