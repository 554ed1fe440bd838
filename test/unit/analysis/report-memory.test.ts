import { expect, test } from 'vitest';
import { countProbeFailures } from '../../../src/analysis/probe-failures.ts';
import { EMPTY_MEMORY, rememberSample } from '../../../src/analysis/report-memory.ts';
import { countSystemEvents } from '../../../src/analysis/system-events.ts';
import type { BindProbe } from '../../../src/model/sample.ts';
import { buildAttributed, ranWell } from '../../helpers/attributed-builder.ts';

const probe = (code: string): BindProbe => ({ protocol: 'udp', af: 'ipv6', code });

test('a probe that succeeds for the first time brings all its codes at 0', () => {
  expect(countProbeFailures([], [probe('')])).toEqual([
    { protocol: 'udp', af: 'ipv6', byCode: { EADDRINUSE: 0, EAGAIN: 0, EADDRNOTAVAIL: 0, ENOBUFS: 0, other: 0 } },
  ]);
});

test('failures add up by code over the samples, and unknown codes are other', () => {
  const first = countProbeFailures([], [probe('EAGAIN'), { protocol: 'tcp', af: 'ipv4', code: 'EADDRINUSE' }]);
  const [udp, tcp] = countProbeFailures(first, [probe('EAGAIN'), probe('EMFILE'), probe('')]);
  expect(udp?.byCode).toMatchObject({ EAGAIN: 2, other: 1, EADDRINUSE: 0 });
  expect(tcp?.byCode).toMatchObject({ EADDRINUSE: 1 });
});

test('a sample that was counted is not changed by the next', () => {
  const first = countProbeFailures([], [probe('EAGAIN')]);
  countProbeFailures(first, [probe('EAGAIN')]);
  expect(first[0]?.byCode.EAGAIN).toBe(1);
});

test('where no event log is read there are no event counters', () => {
  expect(countSystemEvents([], { pieces: ranWell('tcp'), systemEvents: [] })).toEqual([]);
});

test('where it is read all watched events are there at 0, and add up', () => {
  const event = { eventId: 4231, provider: 'Tcpip', count: 2, lastMs: 5_000 };
  const start = countSystemEvents([], { pieces: ranWell('events'), systemEvents: [] });
  expect(start.map(({ eventId, count }) => [eventId, count])).toEqual([
    [4227, 0],
    [4231, 0],
    [4266, 0],
    [5719, 0],
  ]);
  const once = countSystemEvents(start, { pieces: [], systemEvents: [event] });
  const twice = countSystemEvents(once, { pieces: [], systemEvents: [{ ...event, count: 1, lastMs: 0 }] });
  expect(twice.find(({ eventId }) => eventId === 4231)).toEqual({ ...event, count: 3 });
});

function epochAfter(clocks: readonly (readonly [number, number])[]): number {
  const { sample } = buildAttributed({ sockets: [] });
  return clocks.reduce(
    (memory, [takenAtMs, bootMs]) => rememberSample(memory, { ...sample, takenAtMs, bootMs }),
    EMPTY_MEMORY,
  ).bootEpochMs;
}

test('the boot time stays put while the clocks drift against each other by less than a second', () => {
  expect(epochAfter([[100_000, 10_000]])).toBe(90_000);
  expect(
    epochAfter([
      [100_000, 10_000],
      [105_003, 15_000],
      [110_700, 20_000],
    ]),
  ).toBe(90_000);
});

test('a clock that was set moves it', () => {
  expect(
    epochAfter([
      [100_000, 10_000],
      [3_705_000, 15_000],
    ]),
  ).toBe(3_690_000);
});

test('slow drift moves it in whole steps only', () => {
  const clocks = Array.from({ length: 25 }, (_, n) => [100_000 + n * 5_100, 10_000 + n * 5_000] as const);
  expect(epochAfter(clocks)).toBe(90_000 + 2_200);
});
