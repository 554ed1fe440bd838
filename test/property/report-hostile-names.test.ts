import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderMetrics } from '../../src/metrics/registry.ts';
import { fullGroup } from '../helpers/full-report.ts';
import { snapshotOf } from '../helpers/metric-values.ts';
import { parseExposition, seriesKey } from '../helpers/parse-exposition.ts';
import { buildReport } from '../helpers/report-builder.ts';

// `binary` has lone surrogates, NUL and every other control character.
const NAME = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('\0', '\ud800', '\n', '"', '\\', ',', '}', ' ', 'a'), maxLength: 6 }),
);
const GROUPS = fc.uniqueArray(fc.record({ process: NAME, unit: NAME }), {
  maxLength: 8,
  selector: ({ process, unit }) => JSON.stringify([process, unit]),
});

test('whatever processes call themselves, the bytes of an answer parse, and no label set is there twice', async () => {
  await fc.assert(
    fc.asyncProperty(GROUPS, async (names) => {
      const snapshot = snapshotOf(buildReport({ groups: names.map((name) => fullGroup(name)) }));
      const bytes = Buffer.from(await renderMetrics(snapshot, 'text'));
      expect(bytes.includes(0)).toBe(false);
      const { series } = parseExposition(bytes.toString('utf8'));
      expect(new Set(series.map(seriesKey)).size).toBe(series.length);
      expect(series.filter(({ name }) => name === 'ephemeral_port_process_members')).toHaveLength(names.length);
      const shown = snapshot.flatMap(({ family, series: own }) =>
        own.map((one) => seriesKey({ name: family.name, ...one })),
      );
      expect(series.map(seriesKey)).toEqual(shown);
    }),
  );
});
