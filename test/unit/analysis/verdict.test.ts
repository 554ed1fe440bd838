import { describe, expect, test } from 'vitest';
import type { GroupGrowth } from '../../../src/analysis/group-growth.ts';
import { judge, VERDICT_KINDS } from '../../../src/analysis/verdict.ts';
import type { GroupReport, PoolReport, Report } from '../../../src/model/report.ts';
import { buildGroup, buildPool, buildReport } from '../../helpers/report-builder.ts';

const METADATA = { remote: '169.254.169.254:80', class: 'metadata', ports: 900 } as const;
const NONE_RELEASED = { closed: 0, used: 0, exited: 0 };

function leaky(stuck: number, fields: Partial<GroupReport> = {}): GroupReport {
  return buildGroup({
    process: 'leaky-dns',
    unit: 'dns.service',
    ports: { tcp: { bound: stuck }, udp: {} },
    stuck: { ports: stuck, largest: stuck, total: stuck, released: NONE_RELEASED, remotes: [METADATA] },
    ...fields,
  });
}

function growing(perMinute: number, lately = perMinute): GroupGrowth {
  return { held: { perMinute, sinceMs: 0 }, heldLately: { perMinute: lately, sinceMs: 0 } };
}

interface Row {
  readonly title: string;
  readonly pools: readonly Partial<PoolReport>[];
  readonly groups?: readonly (readonly [GroupReport, GroupGrowth?])[];
  readonly report?: Partial<Report>;
  readonly kind: string;
  readonly sentence: string;
}

const bound = (used: number): Partial<PoolReport> => ({ used, states: { bound: used } });
const SELF = { netns: 'host', inode: '', container: '', podUid: '' };

const TABLE: readonly Row[] = [
  {
    title: 'a leak is told with its pace, its remote and the time left',
    pools: [bound(1000)],
    groups: [[leaky(900), growing(1.75)]],
    kind: 'leaking',
    sentence:
      'leaky-dns (dns.service) leaks 1.75 TCP ports a minute (900 stuck), last seen talking to 169.254.169.254:80; ' +
      '10 d 19 h left until the range is full.',
  },
  {
    title: 'a leak that began lately is told at the pace it has now',
    pools: [bound(1000)],
    groups: [[leaky(900), growing(1, 30)]],
    kind: 'leaking',
    sentence:
      'leaky-dns (dns.service) leaks 30 TCP ports a minute (900 stuck), last seen talking to 169.254.169.254:80; ' +
      '15 h 7 min left until the range is full.',
  },
  {
    title: 'a remote that only some of the stuck ports are known by is told with its share',
    pools: [bound(1000)],
    groups: [[leaky(5000), growing(1.75)]],
    kind: 'leaking',
    sentence:
      'leaky-dns (dns.service) leaks 1.75 TCP ports a minute (5,000 stuck), 900 of them last seen talking to ' +
      '169.254.169.254:80; 10 d 19 h left until the range is full.',
  },
  {
    title: 'two leaks share the time left',
    pools: [bound(8232)],
    groups: [
      [leaky(900), growing(15)],
      [leaky(50, { process: 'second', unit: '' }), growing(5)],
    ],
    kind: 'leaking',
    sentence:
      'leaky-dns (dns.service) leaks 15 TCP ports a minute (900 stuck), last seen talking to 169.254.169.254:80; ' +
      '16 h 40 min left until the range is full; 1 more owner leaks.',
  },
  {
    title: 'stuck ports that grow no more are no leak',
    pools: [bound(1000)],
    groups: [[leaky(900), growing(5, 0)]],
    kind: 'stuck',
    sentence:
      'leaky-dns (dns.service) holds 900 stuck ports, last seen talking to 169.254.169.254:80, but takes no more at present.',
  },
  {
    title: 'an owner that is declared harmless leaks in silence',
    pools: [bound(1000)],
    groups: [[leaky(900, { mutedReason: 'known pool' }), growing(5)]],
    kind: 'fine',
    sentence: 'The local pool is fine (3.5 % used): if connections fail, look at SNAT, conntrack or the remote side.',
  },
  {
    title: 'a UDP leak is told by its steady pace alone',
    pools: [bound(10), { protocol: 'udp', used: 5000, states: { unconnected: 5000 } }],
    groups: [[buildGroup(), { udp: { perMinute: 10, constancy: 0.9, sinceMs: 0 } }]],
    kind: 'leaking',
    sentence: 'app (app.service) leaks 10 UDP ports a minute; 1 d 14 h left until the range is full.',
  },
  {
    title: 'a full range comes before the leak that filled it',
    pools: [bound(28_232)],
    groups: [
      [leaky(28_000, { stuck: { ...leaky(28_000).stuck, remotes: [{ ...METADATA, ports: 28_000 }] } }), growing(2)],
    ],
    kind: 'exhausted',
    sentence:
      'The TCP range has no port left (100 % used): leaky-dns (dns.service) holds most of them and 28,000 stuck, ' +
      'last seen talking to 169.254.169.254:80.',
  },
  {
    title: 'a failed probe of our own namespace is a full range, whatever was counted',
    pools: [{ ...bound(28_000), netns: 'host' }],
    report: { namespaces: [SELF], probes: [{ protocol: 'tcp', af: 'ipv4', code: 'EADDRINUSE' }] },
    kind: 'exhausted',
    sentence: 'The TCP range has no port left (99 % used): nobody is known to hold them.',
  },
  {
    title: 'a range full of ports whose owners are hidden asks for rights',
    pools: [{ ...bound(28_232), netns: 'blue' }],
    groups: [
      [buildGroup({ kind: 'unknown', process: '(unknown)', netns: 'blue', ports: { tcp: { bound: 9 }, udp: {} } })],
    ],
    kind: 'exhausted',
    sentence:
      'The TCP range of namespace blue has no port left (100 % used): most are held by processes that cannot be named; ' +
      'run the exporter with more rights.',
  },
  {
    title: 'a nearly full range names who holds most',
    pools: [bound(23_000)],
    groups: [[buildGroup({ ports: { tcp: { established: 22_000 }, udp: {} } })]],
    kind: 'near',
    sentence: 'The TCP range is nearly full (81 % used): app (app.service) holds most of them.',
  },
  {
    title: 'TIME_WAIT over half of a well used range is a storm',
    pools: [{ used: 20_000, states: { time_wait: 15_000, established: 5000 } }],
    report: { timeWaitSeconds: 60 },
    kind: 'time_wait_storm',
    sentence:
      'The TCP range is full of short connections: 15,000 of 20,000 used ports are in TIME_WAIT, each comes back after 60 s; ' +
      'reuse connections instead of opening new ones.',
  },
  {
    title: 'one destination that takes half of the ports is told before the range is full',
    pools: [
      {
        used: 24_000,
        states: { established: 24_000, bound: 0 },
        destinations: [{ remote: '192.0.2.9:443', class: 'other', used: 20_000 }],
      },
    ],
    kind: 'busy_destination',
    sentence:
      'The TCP range serves 192.0.2.9:443 with 20,000 of 28,232 ports: connections to it fail first, others still work.',
  },
  {
    title: 'many held ports that are too young to be stuck are told as they are',
    pools: [bound(4000)],
    groups: [[buildGroup({ unit: '', ports: { tcp: { bound: 3000, close_wait: 1000 }, udp: {} } })]],
    kind: 'held',
    sentence: 'app holds 4,000 ports without a connection, for how long is not known yet.',
  },
  {
    title: 'without a view of bound ports nothing is fine',
    pools: [{ used: 100, states: { established: 100 } }],
    kind: 'blind',
    sentence: 'Bound ports cannot be seen here, so the real use may be higher (0.4 % used as far as seen).',
  },
  {
    title: 'hidden owners are told where they are many',
    pools: [bound(100)],
    report: { unattributed: [{ netns: 'host', protocol: 'tcp', reason: 'no_permission', ports: 60 }] },
    kind: 'blind',
    sentence:
      'The owners of 60 ports are hidden for lack of rights (0.4 % used as far as seen): run the exporter with more rights to name them.',
  },
  {
    title: 'no pool at all is no good news',
    pools: [],
    report: { problems: [{ piece: 'tcp', code: 'EPH_READER_CRASHED', message: 'x' }] },
    kind: 'nothing_read',
    sentence: "Nothing could be read, so nothing is known of this host's ports (EPH_READER_CRASHED).",
  },
];

describe('the verdict', () => {
  test.each(TABLE)('$title', ({ pools, groups = [], report, kind, sentence }) => {
    const input = buildReport({ pools: pools.map(buildPool), groups: groups.map(([group]) => group), ...report });
    const verdict = judge({
      report: input,
      groups: groups.map(([group, growth = {}]) => ({ group, growth })),
      showRemotes: true,
    });
    expect(verdict).toEqual({ kind, sentence });
  });

  test('names no address where remotes must not be told', () => {
    for (const { pools, groups = [], report } of TABLE) {
      const { sentence } = judge({
        report: buildReport({ pools: pools.map(buildPool), groups: groups.map(([group]) => group), ...report }),
        groups: groups.map(([group, growth = {}]) => ({ group, growth })),
        showRemotes: false,
      });
      expect(sentence).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
    }
  });

  test('every kind is in the table', () => {
    expect(new Set(TABLE.map(({ kind }) => kind))).toEqual(new Set(VERDICT_KINDS));
  });

  test('before the first sample nothing is known', () => {
    expect(judge({ report: undefined, groups: [], showRemotes: true }).kind).toBe('nothing_read');
  });
});
