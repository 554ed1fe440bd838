import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report.ts';
import { EMPTY_MEMORY, rememberSample } from '../../../src/analysis/report-memory.ts';
import { OWNER_CODE } from '../../../src/model/owner-code.ts';
import type { Report } from '../../../src/model/report.ts';
import { type AttributedSpec, buildAttributed, HUNDRED_PORTS, namespaceOf } from '../../helpers/attributed-builder.ts';
import { metricValue, seriesOf, snapshotOf } from '../../helpers/metric-values.ts';

function reportOf(spec: AttributedSpec, netnsLabels?: readonly string[]): Report {
  const attributed = buildAttributed(spec);
  const labelled = netnsLabels === undefined ? attributed : { ...attributed, netnsLabels };
  return buildReport(labelled, rememberSample(EMPTY_MEMORY, attributed.sample), []);
}

const PODS = [
  HUNDRED_PORTS,
  namespaceOf('a', 40_000, 40_049),
  namespaceOf('b', 40_000, 40_199),
  namespaceOf('c', 1, 9),
];
const IN_PODS: AttributedSpec = {
  namespaces: PODS,
  sockets: [
    { state: 'bound', port: 40_000 },
    { state: 'bound', port: 40_000, netns: 1, group: 1 },
    { state: 'bound', port: 40_000, netns: 2, group: 2 },
    { state: 'established', port: 40_001, netns: 2, group: 2, remote: '10.0.0.1:80' },
    { state: 'time_wait', port: 5, netns: 3, group: 3, owner: OWNER_CODE.timeWait },
  ],
  groups: [{}, { netns: 'a' }, { netns: '(other)' }, { netns: '(other)', kind: 'unknown', process: '(unknown)' }],
};
const FOLDED = ['host', 'a', '(other)', '(other)'];

describe('folded namespaces', () => {
  it('are one pool together: capacities and ports add up, and no destination is worst for them', () => {
    const other = reportOf(IN_PODS, FOLDED).pools.find(
      ({ netns, protocol }) => netns === '(other)' && protocol === 'tcp',
    );
    expect(other).toEqual({
      netns: '(other)',
      protocol: 'tcp',
      capacity: 209,
      used: 3,
      states: { listen: 0, established: 1, transient: 0, close_wait: 0, bound: 1, time_wait: 1 },
      destinations: [],
    });
  });

  it('change nothing for the named ones', () => {
    const isNamed = ({ netns }: { readonly netns: string }) => netns === 'host' || netns === 'a';
    const [folded, plain] = [reportOf(IN_PODS, FOLDED), reportOf(IN_PODS)];
    expect(folded.pools.filter(isNamed)).toEqual(plain.pools.filter(isNamed));
    expect(folded.pools.find(isNamed)?.headroom).toBeDefined();
  });

  it('leave the sum of states, groups and unattributed ports whole', () => {
    const { pools, groups, unattributed } = reportOf(IN_PODS, FOLDED);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    for (const { netns, used, states } of pools.filter(({ protocol }) => protocol === 'tcp')) {
      expect(sum(Object.values(states))).toBe(used);
      const own = groups.filter((group) => group.netns === netns);
      expect(sum(own.flatMap(({ ports }) => Object.values(ports.tcp)))).toBe(used);
    }
    const inOther = unattributed.filter(({ netns, ports }) => netns === '(other)' && ports > 0);
    expect(inOther).toEqual([{ netns: '(other)', protocol: 'tcp', reason: 'time_wait', ports: 1 }]);
  });

  it('have neither ranges nor infos, and are counted', () => {
    const snapshot = snapshotOf(reportOf(IN_PODS, FOLDED));
    const named = (key: 'range_size' | 'netns_info') =>
      new Set(seriesOf(snapshot, key).map(({ labels }) => labels['netns']));
    expect([...named('range_size')]).toEqual(['host', 'a']);
    expect([...named('netns_info')]).toEqual(['host', 'a']);
    expect(metricValue(snapshot, 'exporter_folded_namespaces')).toBe(2);
  });
});

describe('a namespace that may not be entered', () => {
  const spec: AttributedSpec = {
    namespaces: [HUNDRED_PORTS, { ...HUNDRED_PORTS, name: 'pod', rangesAssumed: true, boundVisible: false }],
    sockets: [{ state: 'established', port: 40_000, netns: 1, group: 0, remote: '10.0.0.1:80' }],
    groups: [{ netns: 'pod' }],
  };

  it('has its used ports and owners, and nothing that would need its range', () => {
    const snapshot = snapshotOf(reportOf(spec));
    const keysOfPod = [
      'used',
      'state_ports',
      'process_ports',
      'capacity',
      'range_size',
      'destination_headroom',
    ] as const;
    const told = keysOfPod.filter((key) => seriesOf(snapshot, key).some(({ labels }) => labels['netns'] === 'pod'));
    expect(told).toEqual(['used', 'state_ports', 'process_ports']);
    expect(metricValue(snapshot, 'used', { netns: 'pod', protocol: 'tcp' })).toBe(1);
  });

  it('takes the capacity from those it is folded with: a sum without it would be wrong', () => {
    const { pools, rangelessPools } = reportOf(
      { ...spec, namespaces: [...(spec.namespaces ?? []), namespaceOf('b', 40_000, 40_099)] },
      ['host', '(other)', '(other)'],
    );
    expect(pools.some(({ netns }) => netns === '(other)')).toBe(false);
    expect(rangelessPools).toContainEqual(expect.objectContaining({ netns: '(other)', protocol: 'tcp', used: 1 }));
  });
});

it('says nothing of a protocol that could not be read in one namespace, and all of the others', () => {
  const unread = { ...namespaceOf('a', 40_000, 40_049), unread: ['tcp'] as const };
  const { pools } = reportOf({ sockets: [], namespaces: [HUNDRED_PORTS, unread] });
  expect(pools.map(({ netns, protocol }) => `${netns} ${protocol}`)).toEqual(['host tcp', 'host udp', 'a udp']);
});
