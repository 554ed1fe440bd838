import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS, KNOBS, parseKnobs } from '../../../src/bundle/alerts/knobs.ts';
import { ruleGroups } from '../../../src/bundle/alerts/rule-groups.ts';
import { prometheusRulesFile } from '../../../src/bundle/alerts/write-prometheus.ts';

function rulesWith(...settings: string[]): string {
  const knobs = parseKnobs(settings);
  return prometheusRulesFile(ruleGroups(knobs), knobs);
}

const OTHER_VALUES = {
  job: 'ports',
  'warning-days': '5',
  'page-hours': '6',
  'leak-page-hours': '20',
  'high-ratio': '0.7',
  'full-ratio': '0.9',
  'min-age-hours': '2',
  'fast-tier': 'off',
  'load-tier': 'off',
  'floor-tier': 'off',
  'grafana-url': 'https://grafana.test',
  'runbook-url': 'https://runbooks.test',
  'time-scale': '120',
} as const;

describe('bundle knobs', () => {
  it('have a value for each in this test', () => {
    expect(Object.keys(OTHER_VALUES).sort()).toEqual(Object.keys(KNOBS).sort());
  });

  it.each(Object.entries(OTHER_VALUES))('%s=%s changes the rules', (name, value) => {
    expect(rulesWith(`${name}=${value}`)).not.toBe(rulesWith());
  });

  it.each(Object.entries(KNOBS))('the default of %s is of its own form', (_, knob) => {
    expect(knob.fallback).toMatch(knob.pattern);
  });

  it.each([
    'colour=red',
    'job',
    'job=',
    'high-ratio=80',
    'warning-days=3d',
    'runbook-url=ftp://x',
    'fast-tier=yes',
    'time-scale=0',
    'toString=1',
  ])('refuses %s', (setting) => {
    expect(() => parseKnobs([setting])).toThrow(expect.objectContaining({ code: 'EPH_USAGE' }));
  });

  it('takes the last of two settings', () => {
    expect(parseKnobs(['job=a', 'job=b'])).toEqual({ ...DEFAULT_KNOBS, job: 'b' });
  });
});
