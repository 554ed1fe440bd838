import { expect, test } from 'vitest';
import { buildReport, reportSlices } from '../../../src/analysis/report.ts';
import { EMPTY_MEMORY, rememberSample } from '../../../src/analysis/report-memory.ts';
import type { Attributed } from '../../../src/model/attributed.ts';
import { OWNER_CODE } from '../../../src/model/owner-code.ts';
import type { Report } from '../../../src/model/report.ts';
import {
  type AttributedSpec,
  buildAttributed,
  HUNDRED_PORTS,
  namespaceOf,
  ranWell,
} from '../../helpers/attributed-builder.ts';

function reportOf(spec: AttributedSpec): Report {
  const attributed = buildAttributed(spec);
  return buildReport(attributed, rememberSample(EMPTY_MEMORY, attributed.sample), []);
}

test('every port is counted once in its pool and once in its group, by the state of its dominant socket', () => {
  const report = reportOf({
    sockets: [
      { state: 'established', port: 40_000, remote: '10.0.0.1:80' },
      { state: 'close_wait', port: 40_000, remote: '10.0.0.2:80', group: 1 },
      { state: 'bound', port: 40_001, group: 1 },
      { state: 'fin_wait2', port: 40_002, remote: '10.0.0.1:80' },
      { state: 'unconnected', port: 40_000, protocol: 'udp' },
    ],
    groups: [{ process: 'a' }, { process: 'b' }],
  });
  const [tcp, udp] = report.pools;
  expect(tcp).toMatchObject({ used: 3, states: { listen: 0, established: 1, transient: 1, close_wait: 0, bound: 1 } });
  expect(udp).toMatchObject({ used: 1, states: { established: 0, unconnected: 1 } });
  expect(report.groups.map(({ ports }) => ports.tcp.bound)).toEqual([0, 1]);
  expect(report.groups.map(({ ports }) => ports.udp.unconnected)).toEqual([1, 0]);
});

test('where bound-only sockets are not visible the state is absent, not 0', () => {
  const namespaces = [{ ...HUNDRED_PORTS, boundVisible: false }];
  const report = reportOf({ sockets: [{ state: 'established', port: 40_000 }], namespaces });
  expect(report.pools[0]?.states).not.toHaveProperty('bound');
  expect(report.groups[0]?.ports.tcp).not.toHaveProperty('bound');
});

test('when the request for bound sockets failed this time the state is absent this time', () => {
  const failed = { piece: 'bound', success: false, timedOut: true, durationMs: 1 } as const;
  const report = reportOf({ sockets: [], sample: { pieces: [...ranWell('tcp', 'udp'), failed] } });
  expect(report.pools[0]?.states).not.toHaveProperty('bound');
});

test('a protocol that could not be read has no pool and no ports by group, since 0 would be wrong', () => {
  const report = reportOf({ sockets: [{ state: 'bound', port: 40_000 }], sample: { pieces: ranWell('range', 'tcp') } });
  expect(report.pools.map(({ protocol }) => protocol)).toEqual(['tcp']);
  expect(report.groups[0]?.ports.udp).toEqual({});
  expect(report.unattributed.map(({ protocol }) => protocol)).not.toContain('udp');
});

test('without a range there is no capacity, use or headroom', () => {
  const report = reportOf({ sockets: [], namespaces: [{ ...HUNDRED_PORTS, ranges: [] }] });
  expect(report.pools).toEqual([]);
  expect(report.ranges).toEqual([]);
});

test('namespaces are counted apart', () => {
  const report = reportOf({
    sockets: [
      { state: 'established', port: 40_000, remote: '10.0.0.1:80' },
      { state: 'established', port: 40_000, remote: '10.0.0.1:80', netns: 1, group: 1 },
      { state: 'bound', port: 40_001, netns: 1, group: 1 },
    ],
    groups: [{}, { netns: 'pod' }],
    namespaces: [HUNDRED_PORTS, namespaceOf('pod', 40_000, 40_009)],
  });
  const tcp = report.pools.filter(({ protocol }) => protocol === 'tcp');
  expect(tcp.map(({ netns, used, capacity }) => [netns, used, capacity])).toEqual([
    ['host', 1, 100],
    ['pod', 2, 10],
  ]);
  expect(tcp.map(({ headroom }) => headroom)).toEqual([
    { low: 99, high: 99 },
    { low: 8, high: 8 },
  ]);
  expect(tcp.map(({ destinations }) => destinations[0]?.used)).toEqual([1, 1]);
});

test('ports that nobody was found for are told by reason', () => {
  const report = reportOf({
    sockets: [
      { state: 'time_wait', port: 40_000, owner: OWNER_CODE.timeWait },
      { state: 'time_wait', port: 40_001, owner: OWNER_CODE.timeWait },
      { state: 'fin_wait1', port: 40_002, owner: OWNER_CODE.kernel },
      { state: 'established', port: 40_003, owner: OWNER_CODE.noPermission },
      { state: 'unconnected', port: 40_003, owner: OWNER_CODE.gone, protocol: 'udp' },
    ],
  });
  const told = report.unattributed.map(({ protocol, reason, ports }) => `${protocol} ${reason} ${ports}`);
  expect(told).toEqual([
    'tcp no_permission 1',
    'tcp gone 0',
    'tcp kernel 1',
    'tcp time_wait 2',
    'udp no_permission 0',
    'udp gone 1',
    'udp kernel 0',
    'udp time_wait 0',
  ]);
});

test('the capacity of both families is their union less what both exclude', () => {
  const range = { protocol: 'tcp', first: 100, last: 199 } as const;
  const ranges = [
    { ...range, af: 'ipv4', excluded: [{ first: 100, last: 109 }] },
    { ...range, af: 'ipv6', last: 209, excluded: [{ first: 105, last: 114 }] },
  ] as const;
  const report = reportOf({ sockets: [], namespaces: [{ ...HUNDRED_PORTS, ranges }] });
  expect(report.pools[0]?.capacity).toBe(105);
  expect(report.ranges.map(({ size, excluded }) => [size, excluded])).toEqual([
    [100, 10],
    [110, 10],
  ]);
});

test('equal ranges, as Linux has them, are counted without the excluded ports, which may lie outside', () => {
  const excluded = [
    { first: 1, last: 9 },
    { first: 40_000, last: 40_049 },
  ];
  const ranges = HUNDRED_PORTS.ranges.map((range) => ({ ...range, excluded }));
  expect(reportOf({ sockets: [], namespaces: [{ ...HUNDRED_PORTS, ranges }] }).pools[0]?.capacity).toBe(50);
});

test('the report made in slices is the report made at once', () => {
  const attributed: Attributed = buildAttributed({ sockets: [{ state: 'bound', port: 40_000 }] });
  const slices = reportSlices(attributed, EMPTY_MEMORY, []);
  let step = slices.next();
  let yields = 0;
  while (step.done !== true) {
    yields++;
    step = slices.next();
  }
  expect(yields).toBeGreaterThan(1);
  expect(step.value).toEqual(buildReport(attributed, EMPTY_MEMORY, []));
});
