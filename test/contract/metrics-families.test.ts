import { expect, test } from 'vitest';
import { FAMILIES, FAMILY_KEYS, familyOf } from '../../src/metrics/families.ts';
import { metricsFromReport } from '../../src/metrics/from-report.ts';
import { RemoteNames } from '../../src/metrics/remote-names.ts';
import { FACTS, fullReport } from '../helpers/full-report.ts';

const FORBIDDEN_LABELS = ['service', 'instance', 'job', 'host', 'pid', 'local_port', 'cmdline', 'le', 'quantile'];

test('every family is named by its key under the one prefix, in snake case', () => {
  for (const key of FAMILY_KEYS) {
    expect(familyOf(key).name).toBe(`ephemeral_port_${key}`);
    expect(key).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
  }
});

test('counters and only counters end in _total', () => {
  for (const key of FAMILY_KEYS) expect(familyOf(key).name.endsWith('_total')).toBe(familyOf(key).type === 'counter');
});

test('no family has a label that belongs to the scraper or to a single socket', () => {
  for (const key of FAMILY_KEYS) {
    const { labels } = familyOf(key);
    expect(labels.filter((label) => FORBIDDEN_LABELS.includes(label))).toEqual([]);
    expect(new Set(labels).size).toBe(labels.length);
  }
});

test('help is one sentence that needs no escaping', () => {
  for (const key of FAMILY_KEYS) expect(familyOf(key).help).toMatch(/^[A-Z][^"\\\n]{20,}\.$/);
});

test('seconds and unix times are named in base units', () => {
  for (const key of FAMILY_KEYS) {
    const { name, unit } = familyOf(key);
    if (unit === 'seconds') expect(name).toMatch(/_seconds$/);
    if (unit === 'unix time') expect(name).toMatch(/(timestamp|time)_seconds$/);
  }
});

test('the process families of the contract are there with their labels', () => {
  expect(FAMILIES.process_stuck_released_total.labels).toEqual(['protocol', 'netns', 'process', 'unit', 'how']);
  expect(FAMILIES.process_stuck_remote_ports.labels).toEqual(['netns', 'process', 'unit', 'remote', 'class']);
  expect(FAMILIES.exporter_config_last_reload_success_timestamp_seconds.labels).toEqual([]);
});

test('a report with everything in it serves every family, each series with exactly the labels of its row', () => {
  const options = { processLimit: 50, privacyRemotes: 'full', remoteNames: new RemoteNames() } as const;
  const snapshot = metricsFromReport(fullReport(1, 2), FACTS, options);
  expect(snapshot.map(({ key }) => key)).toEqual(FAMILY_KEYS);
  for (const { family, series } of snapshot) {
    for (const { labels } of series) expect(Object.keys(labels).sort()).toEqual([...family.labels].sort());
  }
});
