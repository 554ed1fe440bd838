import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAMILIES } from '../../../src/metrics/families.ts';
import { metricsFromReport } from '../../../src/metrics/from-report.ts';
import { CONTENT_TYPE, renderMetrics, watchOwnProcess } from '../../../src/metrics/registry.ts';
import { RemoteNames } from '../../../src/metrics/remote-names.ts';
import type { MetricSnapshot } from '../../../src/metrics/snapshot.ts';
import { FACTS, fullReport } from '../../helpers/full-report.ts';
import { parseExposition, seriesKey } from '../../helpers/parse-exposition.ts';

const options = { processLimit: 50, privacyRemotes: 'full', remoteNames: new RemoteNames() } as const;
const full = metricsFromReport(fullReport(2, 5), FACTS, options);

function expectedSeries(snapshot: MetricSnapshot): { name: string; labels: Record<string, string>; value: number }[] {
  return snapshot.flatMap(({ family, series }) => series.map((one) => ({ name: family.name, ...one })));
}

test('the plain text holds every series of the snapshot once, with its help and type', async () => {
  const parsed = parseExposition(await renderMetrics(full, 'text'));
  expect(parsed.series).toEqual(expectedSeries(full));
  for (const { family } of full) {
    expect(parsed.help.get(family.name)).toBe(family.help);
    expect(parsed.types.get(family.name)).toBe(family.type);
  }
  expect(parsed.ended).toBe(false);
});

test('OpenMetrics names a counter without _total, its series with it, and ends with EOF', async () => {
  const parsed = parseExposition(await renderMetrics(full, 'openmetrics'));
  expect(parsed.series).toEqual(expectedSeries(full));
  expect(parsed.types.get('ephemeral_port_process_opened')).toBe('counter');
  expect(parsed.types.has('ephemeral_port_process_opened_total')).toBe(false);
  expect(parsed.types.get('ephemeral_port_used')).toBe('gauge');
  expect(parsed.ended).toBe(true);
});

test('one format does not change what the other says afterwards, our own process included', async () => {
  const ownProcess = watchOwnProcess();
  const names = async (): Promise<string[]> => [
    ...parseExposition(await renderMetrics(full, 'text', ownProcess)).types.keys(),
  ];
  const before = await names();
  const open = parseExposition(await renderMetrics(full, 'openmetrics', ownProcess));
  expect(await names()).toEqual(before);
  expect(before).toContain('process_cpu_user_seconds_total');
  expect(open.series.map(({ name }) => name)).toContain('process_cpu_user_seconds_total');
  expect(open.types.get('process_cpu_user_seconds')).toBe('counter');
});

test('the content type tells the format and its version', () => {
  expect(CONTENT_TYPE.text).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(CONTENT_TYPE.openmetrics).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
});

test('an empty snapshot is still a well-formed answer', async () => {
  expect(parseExposition(await renderMetrics([], 'text')).series).toEqual([]);
  expect(parseExposition(await renderMetrics([], 'openmetrics')).ended).toBe(true);
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\r', ',', ':', '{', '}', '=', '#', ' ', 'n', 'é', '\u202e', '😀'),
  }),
);

test('any label value, and any number, comes back as it was from both formats', async () => {
  const { name } = FAMILIES.process_start_time_seconds;
  const triples = fc.uniqueArray(fc.tuple(hostile, hostile, hostile), {
    maxLength: 8,
    selector: (t) => JSON.stringify(t),
  });
  await fc.assert(
    fc.asyncProperty(triples, fc.double({ noNaN: true }), async (rows, value) => {
      const series = rows.map(([netns, process, unit]) => ({ labels: { netns, process, unit }, value }));
      const key = 'process_start_time_seconds';
      const snapshot: MetricSnapshot = [{ key, family: FAMILIES[key], series }];
      for (const format of ['text', 'openmetrics'] as const) {
        const parsed = parseExposition(await renderMetrics(snapshot, format));
        expect(parsed.series.map(seriesKey)).toEqual(series.map(({ labels }) => seriesKey({ name, labels, value })));
        for (const one of parsed.series) expect(one.value === value).toBe(true);
      }
    }),
  );
});

test('our own process is told without values that are no numbers and without gauges named like counters', async () => {
  const { series, types } = parseExposition(await renderMetrics([], 'text', watchOwnProcess()));
  expect(series.length).toBeGreaterThan(20);
  for (const [name, type] of types) expect(name.endsWith('_total')).toBe(type === 'counter');
});
