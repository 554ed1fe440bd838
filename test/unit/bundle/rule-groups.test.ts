import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS } from '../../../src/bundle/alerts/knobs.ts';
import { prometheusText } from '../../../src/bundle/alerts/prometheus-text.ts';
import { isAlert } from '../../../src/bundle/alerts/rule.ts';
import { alertsOf, ruleGroups } from '../../../src/bundle/alerts/rule-groups.ts';
import { isNumberName, TEXT_NUMBERS } from '../../../src/bundle/alerts/text-numbers.ts';
import { FAMILY_KEYS, familyOf } from '../../../src/metrics/families.ts';

const groups = ruleGroups(DEFAULT_KNOBS);
const alerts = alertsOf(groups);
const rules = groups.flatMap((group) => group.rules);

describe('alert rules', () => {
  it('read only metrics that exist and recordings that are written', () => {
    const known = new Set<string>(FAMILY_KEYS.map((key) => familyOf(key).name));
    for (const rule of rules) if (!isAlert(rule)) known.add(rule.record);
    const read = rules.flatMap((rule) => rule.expr.match(/\b[a-z:]*ephemeral_port_[a-z0-9_:]+/g) ?? []);
    expect(read.filter((name) => !known.has(name))).toEqual([]);
    expect(read.length).toBeGreaterThan(50);
  });

  it('write no recording twice under the same labels', () => {
    const written = rules.flatMap((rule) => (isAlert(rule) ? [] : [JSON.stringify([rule.record, rule.labels])]));
    expect(new Set(written).size).toBe(written.length);
  });

  it('have uids that are short, plain and never used twice', () => {
    const uids = alerts.map((alert) => alert.uid);
    expect(new Set(uids).size).toBe(uids.length);
    for (const uid of uids) expect(uid).toMatch(/^[A-Za-z0-9_-]{1,40}$/);
  });

  it('list in `numbers` exactly what their text looks up', () => {
    for (const alert of alerts) {
      const used = [...alert.description.matchAll(/\{([a-zA-Z]+)\}/g)].map((match) => match[1] as string);
      expect({ alert: alert.uid, numbers: [...new Set(alert.numbers)].sort() }).toEqual({
        alert: alert.uid,
        numbers: [...new Set(used.filter(isNumberName))].sort(),
      });
    }
  });

  it('leave no number unused', () => {
    const used = new Set(alerts.flatMap((alert) => alert.numbers));
    expect(Object.keys(TEXT_NUMBERS).filter((name) => isNumberName(name) && !used.has(name))).toEqual([]);
  });

  it('never take a remote for a label of an alert', () => {
    for (const alert of alerts) {
      expect(alert.labels ?? {}).not.toHaveProperty('remote');
      expect(prometheusText(alert, alert.description)).not.toContain('$labels.remote');
    }
  });

  it('keep values out of summaries', () => {
    for (const alert of alerts) expect(alert.summary).not.toMatch(/[{}]/);
  });
});
