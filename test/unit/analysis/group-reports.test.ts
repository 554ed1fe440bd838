import { expect, test } from 'vitest';
import { buildReport } from '../../../src/analysis/report.ts';
import { EMPTY_MEMORY, rememberSample } from '../../../src/analysis/report-memory.ts';
import { OWNER_CODE } from '../../../src/model/owner-code.ts';
import type { OwnerRule } from '../../../src/model/owner-rule.ts';
import type { GroupReport } from '../../../src/model/report.ts';
import { type AttributedSpec, buildAttributed, type SocketSpec } from '../../helpers/attributed-builder.ts';

function groupsOf(spec: AttributedSpec, rules: readonly OwnerRule[] = []): readonly GroupReport[] {
  const attributed = buildAttributed(spec);
  return buildReport(attributed, rememberSample(EMPTY_MEMORY, attributed.sample), rules).groups;
}

function stuckPorts(count: number, first: number, fields: Partial<SocketSpec>): SocketSpec[] {
  const stuck = { state: 'bound', stuck: true, heldSinceMs: 1_000 } as const;
  return Array.from({ length: count }, (_, index) => ({ ...stuck, port: first + index, ...fields }));
}

test('stuck ports are counted by group, and those of the one process that holds most', () => {
  const [a, b] = groupsOf({
    sockets: [
      ...stuckPorts(3, 40_000, { owner: 0 }),
      ...stuckPorts(5, 40_010, { owner: 1 }),
      ...stuckPorts(2, 40_020, { owner: 2, group: 1 }),
      { state: 'bound', port: 40_030, owner: 1, heldSinceMs: 5_000 },
    ],
    groups: [{ process: 'a', stuckTotal: 9, stuckReleased: { closed: 0, used: 0, exited: 1 } }, { process: 'b' }],
  });
  expect(a?.stuck).toMatchObject({ ports: 8, largest: 5, total: 9, released: { closed: 0, used: 0, exited: 1 } });
  expect(b?.stuck).toMatchObject({ ports: 2, largest: 2 });
});

test('one process with stuck ports in two groups counts in each for itself', () => {
  const groups = groupsOf({
    sockets: [...stuckPorts(3, 40_000, { owner: 7 }), ...stuckPorts(4, 40_010, { owner: 7, group: 1 })],
    groups: [{}, { netns: 'pod' }],
  });
  expect(groups.map(({ stuck }) => stuck.largest)).toEqual([3, 4]);
});

test('the oldest held port is told in unix time, stuck or not', () => {
  const sockets: SocketSpec[] = [
    { state: 'close_wait', port: 40_000, heldSinceMs: 600_000 },
    { state: 'bound', port: 40_001, heldSinceMs: 500_000 },
    { state: 'established', port: 40_002, group: 1 },
  ];
  const groups = groupsOf({ sockets, groups: [{}, {}], sample: { takenAtMs: 9_000_000, bootMs: 1_000_000 } });
  expect(groups.map(({ oldestHeldMs }) => oldestHeldMs)).toEqual([8_500_000, 0]);
});

test('the three most frequent remotes are named, metadata always, the rest folded by class', () => {
  const sockets = [
    ...stuckPorts(9, 40_000, { lastRemote: '10.0.0.1:80' }),
    ...stuckPorts(8, 40_010, { lastRemote: '10.0.0.2:80' }),
    ...stuckPorts(7, 40_020, { lastRemote: '[2001:db8::1]:443' }),
    ...stuckPorts(6, 40_030, { lastRemote: '10.0.0.4:80' }),
    ...stuckPorts(5, 40_040, { lastRemote: '10.0.0.5:80' }),
    ...stuckPorts(4, 40_050, { lastRemote: '[fe80::1]:80' }),
    ...stuckPorts(2, 40_060, { lastRemote: '169.254.169.254:80' }),
    ...stuckPorts(3, 40_070, {}),
  ];
  expect(groupsOf({ sockets })[0]?.stuck.remotes).toEqual([
    { remote: '10.0.0.1:80', class: 'other', ports: 9 },
    { remote: '10.0.0.2:80', class: 'other', ports: 8 },
    { remote: '[2001:db8::1]:443', class: 'other', ports: 7 },
    { remote: '169.254.169.254:80', class: 'metadata', ports: 2 },
    { remote: '(other)', class: 'link_local_v6', ports: 4 },
    { remote: '(other)', class: 'other', ports: 11 },
    { remote: '(never seen)', class: 'other', ports: 3 },
  ]);
});

test('a hostile choice of metadata ports does not grow the list without bound, and loses no port', () => {
  const sockets = Array.from({ length: 60 }, (_, n) =>
    stuckPorts(1, 40_000 + n, { lastRemote: `169.254.169.254:${n + 1}` }),
  ).flat();
  const remotes = groupsOf({ sockets })[0]?.stuck.remotes ?? [];
  expect(remotes).toHaveLength(21);
  expect(remotes.at(-1)).toEqual({ remote: '(other)', class: 'metadata', ports: 40 });
});

test('stuck ports of an owner that could not be named count as one owner', () => {
  const [group] = groupsOf({ sockets: stuckPorts(4, 40_000, { owner: OWNER_CODE.noPermission }) });
  expect(group?.stuck).toMatchObject({ ports: 4, largest: 4 });
});

test('link-local connections are those with a live peer, each socket once, by class', () => {
  const metadata = '169.254.169.254:80';
  const [a, b] = groupsOf({
    sockets: [
      { state: 'established', port: 40_000, remote: metadata },
      { state: 'syn_sent', port: 40_001, remote: metadata },
      { state: 'close_wait', port: 40_002, remote: metadata },
      { state: 'time_wait', port: 40_003, remote: metadata },
      { state: 'bound', port: 40_004, remote: metadata },
      { state: 'established', port: 40_000, remote: '169.254.169.123:123', protocol: 'udp', group: 1 },
      { state: 'unconnected', port: 40_001, protocol: 'udp', group: 1 },
      { state: 'established', port: 40_005, remote: '[fe80::5]:80', group: 1 },
      { state: 'established', port: 40_006, remote: '169.254.7.7:80', group: 1 },
      { state: 'established', port: 40_007, remote: '10.0.0.1:80', group: 1 },
    ],
    groups: [{ linkLocalOpened: { metadata: 12, time: 0, link_local_v4: 0, link_local_v6: 0 } }, {}],
  });
  expect(a?.linkLocal.metadata).toEqual({ connections: 3, opened: 12 });
  const counts = Object.values(b?.linkLocal ?? {}).map(({ connections }) => connections);
  expect(counts).toEqual([0, 1, 1, 1]);
});

test('the first rule that matches process and unit decides whether an owner is muted', () => {
  const rules: OwnerRule[] = [
    { process: /^java$/, unit: /^batch\.service$/, muted: false, reason: 'watch this one' },
    { process: /^java$/, muted: true, reason: 'pools 300 ports' },
  ];
  const groups = groupsOf(
    {
      sockets: [],
      groups: [
        { process: 'java', unit: 'web.service' },
        { process: 'java', unit: 'batch.service' },
        { process: 'javac', unit: 'web.service' },
        { process: 'java', unit: '', kind: 'other' },
      ],
    },
    rules,
  );
  expect(groups.map(({ mutedReason }) => mutedReason)).toEqual(['pools 300 ports', '', '', '']);
});
