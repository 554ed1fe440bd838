import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS } from '../../../src/bundle/alerts/knobs.ts';
import type { Alert, RuleGroup } from '../../../src/bundle/alerts/rule.ts';
import { ruleGroups } from '../../../src/bundle/alerts/rule-groups.ts';
import { scaleTimes } from '../../../src/bundle/alerts/scale-times.ts';

const [any] = ruleGroups(DEFAULT_KNOBS).flatMap(({ rules }) => rules.filter((rule): rule is Alert => 'alert' in rule));
const GROUP: RuleGroup = {
  name: 'one',
  interval: '2m',
  rules: [
    {
      ...(any as Alert),
      expr: 'rate(x{a="10m"}[1h] offset 7d) * 60 > 4 * 3600 / (30 * 86400)',
      for: '10m',
      keepFiringFor: '4m',
    },
  ],
};

describe('times of rules', () => {
  it('are divided wherever they stand, and units of texts are not', () => {
    const [group] = scaleTimes([GROUP], 120);
    expect(group?.interval).toBe('1000ms');
    expect(group?.rules[0]).toMatchObject({
      expr: 'rate(x{a="10m"}[30000ms] offset 5040000ms) * 60 > 4 * 30 / (30 * 720)',
      for: '5000ms',
      keepFiringFor: '2000ms',
    });
  });

  it('stay as they are by default', () => {
    expect(scaleTimes([GROUP], 1)).toEqual([GROUP]);
  });

  it('are all in forms that can be divided: no number of seconds stands alone in a rule of a leak', () => {
    const exprs = ruleGroups({ ...DEFAULT_KNOBS, 'time-scale': '120' })
      .filter(({ name }) => name !== 'ephemeral-port.exporter')
      .flatMap(({ rules }) => rules.map(({ expr }) => expr));
    for (const expr of exprs) expect(expr).not.toMatch(/\b(1800|3600|86400)\b|[[ ]\d+[smhdw]\b/);
  });
});
