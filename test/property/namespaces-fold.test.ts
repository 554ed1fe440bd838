import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildReport } from '../../src/analysis/report.ts';
import { EMPTY_MEMORY, rememberSample } from '../../src/analysis/report-memory.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import type { Report } from '../../src/model/report.ts';
import type { Sample } from '../../src/model/sample.ts';
import { ranWell } from '../helpers/attributed-builder.ts';
import { namespaceRow, sampleAt } from '../helpers/sample-builder.ts';

const MOST_NAMESPACES = 26;
const MOST_PORTS = 120;

/** Ports bound in each namespace; undefined: the namespace is not there. */
const SAMPLES = fc.array(
  fc.array(fc.option(fc.integer({ min: 0, max: MOST_PORTS }), { nil: undefined, freq: 8 }), {
    minLength: MOST_NAMESPACES,
    maxLength: MOST_NAMESPACES,
  }),
  { minLength: 2, maxLength: 5 },
);

function sampleOf(second: number, counts: readonly (number | undefined)[]): Sample {
  const present = counts.flatMap((count, index) =>
    count === undefined ? [] : [{ name: `pod${index}`, index, count }],
  );
  const sockets = present.flatMap(({ name, index, count }) =>
    Array.from(
      { length: count },
      (_, port) => `tcp bound 127.0.0.1:${33_000 + port} #${index * 1_000 + port + 1} in ${name}`,
    ),
  );
  const built = sampleAt(second * 1_000)
    .owner('app', sockets)
    .sample({ pieces: ranWell('tcp', 'udp', 'bound') });
  const listed = new Set(built.namespaces.map(({ name }) => name));
  const empty = present.filter(({ name }) => !listed.has(name)).map(({ name }) => namespaceRow(name));
  return { ...built, namespaces: [...built.namespaces, ...empty] };
}

const sum = (values: readonly (number | undefined)[]) =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

function checkSums(
  { pools, groups, namespaces, foldedNamespaces }: Report,
  counts: readonly (number | undefined)[],
): void {
  expect(namespaces.length).toBeLessThanOrEqual(20);
  expect(namespaces.length + foldedNamespaces).toBe(1 + counts.filter((count) => count !== undefined).length);
  const tcp = pools.filter(({ protocol }) => protocol === 'tcp');
  expect(sum(tcp.map(({ used }) => used))).toBe(sum(counts));
  for (const { netns, used, states } of tcp) {
    expect(sum(Object.values(states))).toBe(used);
    const own = groups.filter((group) => group.netns === netns);
    expect(sum(own.flatMap(({ ports }) => Object.values(ports.tcp)))).toBe(used);
  }
}

test('however namespaces come, grow, shrink and go, every port is counted once, under one name, and no counter goes down', () => {
  fc.assert(
    fc.property(SAMPLES, (samples) => {
      const ledger = createLedger({ stuckAfterMs: 900_000, processLimit: 50 });
      const counters = new Map<string, number>();
      for (const [index, counts] of samples.entries()) {
        const attributed = ledger.reduce(sampleOf(index * 5, counts));
        const report = buildReport(attributed, rememberSample(EMPTY_MEMORY, attributed.sample), []);
        checkSums(report, counts);
        for (const { netns, process, unit, opened, released } of report.groups) {
          for (const [what, value] of [
            ['opened', opened.tcp],
            ['released', released.tcp],
          ] as const) {
            const key = JSON.stringify([what, netns, process, unit]);
            expect(value).toBeGreaterThanOrEqual(counters.get(key) ?? 0);
            counters.set(key, value);
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});
