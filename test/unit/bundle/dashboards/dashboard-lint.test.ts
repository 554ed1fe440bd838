import { describe, expect, it } from 'vitest';
import { RECORDING } from '../../../../src/bundle/recording-names.ts';
import { FAMILY_KEYS, familyOf } from '../../../../src/metrics/families.ts';
import { DASHBOARD_UIDS, panelsOf, readDashboard } from '../../../helpers/dashboard-json.ts';
import { parseQuery, replaceDurations } from '../../../helpers/promql.ts';

/** The rules of Grafana's dashboard-linter that look at PromQL and variables, in our own words. */

const FAMILY_BY_NAME = new Map(FAMILY_KEYS.map((key) => [familyOf(key).name, familyOf(key)]));
const FOREIGN: readonly string[] = ['up', 'ALERTS', ...Object.values(RECORDING)];
/** One bug shows on many hosts: these panels leave the chosen instance aside on purpose. */
const WITHOUT_INSTANCE = ['Stuck ports of the program, the 20 hosts with most', 'Hosts with the program'];

describe.each(DASHBOARD_UIDS)('the queries of %s', (uid) => {
  const dashboard = readDashboard(uid);
  const queries = panelsOf(dashboard).flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({ panel: panel.title, raw: target.expr, ...parsed(target.expr) })),
  );
  const marks = dashboard.annotations.list.flatMap((annotation) =>
    annotation.expr === undefined ? [] : [{ panel: annotation.name, raw: annotation.expr, ...parsed(annotation.expr) }],
  );
  const all = [...queries, ...marks];

  it('are PromQL', () => {
    expect(all.length).toBeGreaterThan(5);
    expect(all.flatMap((query) => query.errors.map((error) => `${query.panel}: ${error}`))).toEqual([]);
  });

  it('ask only for families of the contract and labels those have', () => {
    for (const { panel, selectors } of all) {
      for (const { metric, matchers } of selectors) {
        const family = FAMILY_BY_NAME.get(metric);
        if (FOREIGN.includes(metric)) continue;
        expect(family, `${panel}: ${metric}`).toBeDefined();
        const labels = ['job', 'instance', ...(family?.labels ?? [])];
        const asked = matchers.map((matcher) => /^\w+/.exec(matcher)?.[0] ?? '');
        expect(
          asked.filter((label) => !labels.includes(label)),
          `${panel}: ${metric}`,
        ).toEqual([]);
      }
    }
  });

  it('narrow every selector by job and instance', () => {
    for (const { panel, selectors } of all) {
      for (const { metric, matchers } of selectors) {
        expect(matchers, `${panel}: ${metric}`).toContain('job=~"$job"');
        if (!WITHOUT_INSTANCE.includes(panel))
          expect(matchers, `${panel}: ${metric}`).toContain('instance=~"$instance"');
      }
    }
  });

  it('never compare a variable in another way than as a pattern, so that several values work', () => {
    for (const { panel, raw } of all) expect(raw.match(/(?<!=~)"\$[a-z]\w*"/g), panel).toBeNull();
  });

  it('ask counters for their increase only', () => {
    for (const { panel, raw } of all) {
      const bare = raw.replace(/(rate|increase)\([^[]*\[[^\]]+\]\)/g, '');
      expect(bare.match(/\w+_total\b/g), panel).toBeNull();
    }
  });

  it('take rates over the interval that fits the scrape interval and the zoom', () => {
    for (const { panel, raw } of all) {
      const windows = [...raw.matchAll(/rate\([^[]*\[([^\]]+)\]/g)].map((match) => match[1]);
      expect(
        windows.filter((window) => window !== '$__rate_interval'),
        panel,
      ).toEqual([]);
    }
  });
});

describe.each(DASHBOARD_UIDS)('the variables of %s', (uid) => {
  const { list } = readDashboard(uid).templating;

  it('begin with one data source variable of type prometheus', () => {
    expect(list.filter((variable) => variable.type === 'datasource').map(({ name, query }) => [name, query])).toEqual([
      ['datasource', 'prometheus'],
    ]);
    expect(list[0]?.name).toBe('datasource');
  });

  it('offer job and instance, several at once, with a pattern for all that takes programs without a unit in', () => {
    const names = list.map((variable) => variable.name);
    expect(names.slice(1, 3)).toEqual(['job', 'instance']);
    for (const { name, multi, allValue } of list.slice(1)) {
      expect([name, multi, allValue]).toEqual([name, true, name === 'unit' ? '.*' : '.+']);
    }
  });

  it('are asked anew when the time range changes, from the chosen data source', () => {
    for (const variable of list.slice(1)) {
      expect(variable.refresh).toBe(2);
      expect(variable.datasource?.uid).toBe('$datasource');
    }
  });

  it('use only variables chosen before them', () => {
    list.forEach((variable, index) => {
      const known = list.slice(0, index).map(({ name }) => name);
      const used = [...JSON.stringify(variable.query).matchAll(/\$(\w+)/g)].map((match) => match[1]);
      expect(used.filter((name) => !known.includes(name ?? ''))).toEqual([]);
    });
  });
});

function parsed(expr: string): ReturnType<typeof parseQuery> {
  return parseQuery(replaceDurations(expr, '5m', '1d'));
}
