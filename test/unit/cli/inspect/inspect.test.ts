import { describe, expect, test } from 'vitest';
import type { LedgerView } from '../../../../src/model/ledger-view.ts';
import type { Report } from '../../../../src/model/report.ts';
import { HOSTILE_NAMES } from '../../../helpers/api-stage.ts';
import { buildAttributed, namespaceOf } from '../../../helpers/attributed-builder.ts';
import { createGroup } from '../../../helpers/exporter-view.ts';
import { boundHistory, ledgerWithHistory } from '../../../helpers/fake-ledger.ts';
import { createInformant, runInspect } from '../../../helpers/inspect-stage.ts';
import { buildGroup, buildPool, buildReport } from '../../../helpers/report-builder.ts';

const NOW = buildReport().takenAtMs;
const HOUR = 3_600_000;
const REMOTE = '169.254.169.254:80';
const released = { closed: 0, used: 0, exited: 0 };

const REPORT: Report = buildReport({
  ledgerStartMs: NOW - 26 * HOUR,
  ranges: [{ netns: 'host', protocol: 'tcp', af: 'ipv4', first: 32_768, last: 60_999, size: 28_232, excluded: 0 }],
  pools: [
    buildPool({ used: 1500, states: { bound: 1200, established: 300 }, headroom: { low: 26_732, high: 27_032 } }),
    buildPool({ protocol: 'udp', used: 12, states: { unconnected: 12, established: 0 } }),
  ],
  groups: [
    buildGroup({
      process: 'web',
      unit: 'web.service',
      ports: { tcp: { established: 300, bound: 0, time_wait: 25, close_wait: 0 }, udp: { unconnected: 12 } },
    }),
    buildGroup({
      process: 'leaky-dns',
      unit: 'dns.service',
      ports: { tcp: { bound: 1200, established: 0, time_wait: 0, close_wait: 0 }, udp: {} },
      stuck: {
        ports: 1100,
        largest: 1100,
        total: 1100,
        released,
        remotes: [{ remote: REMOTE, class: 'metadata', ports: 1100 }],
      },
      oldestHeldMs: NOW - 26 * HOUR + 61_000,
    }),
  ],
});
const ramp = Array.from({ length: 60 }, (_, index) => 1100 + Math.round(index * 1.75));
const LEDGER: Partial<LedgerView> = ledgerWithHistory(
  new Map([[JSON.stringify(['host', 'leaky-dns', 'dns.service']), boundHistory(ramp, NOW)]]),
);

const OVERVIEW = `\
leaky-dns (dns.service) leaks 1.75 TCP ports a minute (1,100 stuck), last seen
talking to 169.254.169.254:80; 10 d 14 h left until the range is full.
as of 2023-11-14 22:13:20 UTC; ports are remembered for 1d 2h

RANGE                  USED      OF              HEADROOM  TIME LEFT
tcp host 32768-60999  1,500  28,232  5.3 %  26,732-27,032    10d 14h
udp host                 12  28,232  0.0 %              -          -

OWNER            PORTS BOUND ESTAB TWAIT CWAIT STUCK  /MIN OLDEST LAST REMOTE
leaky-dns (dns.… 1,200 1,200     0     0     0 1,100 +1.75  1d 1h 169.254.169.254:80
web (web.servic…   337     0   300    25     0     0     -      -

next: ephemeral-port-exporter inspect --process=leaky-dns
`;

describe('the overview', () => {
  test('is one screen of 84 columns: verdict, ranges, owners, the most dangerous first', async () => {
    const informant = await createInformant(REPORT, LEDGER);
    const { code, out, err } = await runInspect(informant, [], { env: { COLUMNS: '84' } });
    expect(out).toBe(OVERVIEW);
    expect([code, err]).toEqual([0, '']);
  });

  test('has colours on a terminal only, and the same text', async () => {
    const informant = await createInformant(REPORT, LEDGER);
    const terminal = { isTty: true, columns: 84 };
    const painted = await runInspect(informant, [], { terminal });
    expect(painted.out).toContain('\u001b[1;31mleaky-dns (dns.service) leaks');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for is the control character
    expect(painted.out.replace(/\u001b\[[\d;]*m/g, '')).toBe(OVERVIEW);
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      expect((await runInspect(informant, [], { terminal, env })).out).toBe(OVERVIEW);
    }
  });

  test('is not cut where nothing limits the line', async () => {
    const { out } = await runInspect(await createInformant(REPORT, LEDGER));
    expect(out).toContain('\nleaky-dns (dns.service)  1,200');
    expect(out.split('\n')[0]).toContain('10 d 14 h left');
  });

  test('without an exporter tells no ages and says so', async () => {
    const { out } = await runInspect(await createInformant(REPORT, {}, true));
    expect(out).toContain('ages, stuck ports and last remotes are not known without a running exporter');
    expect(out).toMatch(/leaky-dns.* 0 +- +- +- +169/);
  });

  test('says what could not be seen', async () => {
    const problems = [{ piece: 'owners', code: 'EPH_OWNERS_HIDDEN', message: 'run as root' }] as const;
    const { out } = await runInspect(await createInformant(buildReport({ pools: [buildPool()], problems })));
    expect(out).toContain('What could not be seen:\n  EPH_OWNERS_HIDDEN: run as root\n');
    expect(out).toContain('Nobody holds a port of the range.');
  });

  test('shows as many owners as asked for and how many more there are', async () => {
    const groups = Array.from({ length: 30 }, (_, index) => createGroup(`app${index}`, 30 - index));
    const informant = await createInformant(buildReport({ pools: [buildPool()], groups }));
    expect((await runInspect(informant)).out).toContain('and 10 more owners: --limit=0 shows all');
    expect((await runInspect(informant, ['--limit=0'])).out).toContain('app29');
  });

  test('shows its own ranges and the fullest of other namespaces, and how many more there are', async () => {
    const pool = buildPool();
    const others = Array.from({ length: 19 }, (_, index) => ({ ...pool, netns: `pod${index}`, used: index }));
    const informant = await createInformant(buildReport({ pools: [{ ...pool, used: 0 }, ...others] }));
    const { out } = await runInspect(informant);
    expect(out.match(/^tcp \S+/gm)).toEqual([
      `tcp ${pool.netns}`,
      ...[13, 14, 15, 16, 17, 18].map((index) => `tcp pod${index}`),
    ]);
    expect(out).toContain('and 13 ranges of other namespaces, less full: --limit=0 shows all');
    expect((await runInspect(informant, ['--limit=0'])).out.match(/^tcp /gm)?.length).toBe(20);
  });
});

describe('names that try to do harm', () => {
  const groups = HOSTILE_NAMES.map((name) => createGroup(name, 3));

  test('reach no terminal as they are, and break no line', async () => {
    const informant = await createInformant(buildReport({ pools: [buildPool()], groups }));
    const { out } = await runInspect(informant, [], { env: { COLUMNS: '100' } });
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(out).toContain('\\u{1b}[2J');
    expect(out.split('\n').filter((line) => / 3 +3 /.test(line))).toHaveLength(HOSTILE_NAMES.length);
  });

  test.each(HOSTILE_NAMES)('can be asked for: %j', async (name) => {
    const { code, out } = await runInspect(await createInformant(REPORT), [`--process=${name}`]);
    expect(code).toBe(0);
    expect(out).toMatch(/holds no stuck port\.\n$/);
    expect(out.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('run nothing in a spreadsheet', async () => {
    const { out } = await runInspect(await createInformant(buildReport({ pools: [buildPool()], groups })), ['--csv']);
    expect(out.split('\r\n')).toHaveLength(HOSTILE_NAMES.length + 2);
    for (const line of out.split('\r\n')) expect(line).not.toMatch(/^"?[=+\-@]/);
  });
});

describe('ports', () => {
  const attributed = buildAttributed({
    namespaces: [namespaceOf('host', 40_000, 40_099)],
    groups: [{ process: 'leaky-dns', unit: 'dns.service' }],
    sockets: [
      { state: 'bound', port: 40_001, heldSinceMs: 600_000, stuck: true, lastRemote: REMOTE },
      { state: 'established', port: 40_002, remote: '192.0.2.1:443' },
    ],
    sample: { takenAtMs: NOW, bootMs: HOUR },
  });
  const ledger: Partial<LedgerView> = {
    attributed: () => attributed,
    lifeLine: (_netns, _protocol, port) => [
      {
        state: 'established',
        process: 'leaky-dns',
        unit: 'dns.service',
        pid: 42,
        remote: REMOTE,
        fromMs: NOW - 3_010_000,
        toMs: NOW - 3_000_000,
      },
      ...(port === 40_001
        ? ([
            {
              state: 'bound',
              process: 'leaky-dns',
              unit: 'dns.service',
              pid: 42,
              remote: REMOTE,
              fromMs: NOW - 3_000_000,
              toMs: undefined,
            },
          ] as const)
        : []),
    ],
  };

  test('of a process are its stuck ones with their life lines', async () => {
    const { out } = await runInspect(await createInformant(REPORT, ledger), ['--process', 'leaky-dns']);
    expect(out).toBe(`\
leaky-dns holds 1 stuck port

 PORT  STATE  PID  HELD FOR  LAST REMOTE         LIFE LINE
40001  bound    -       50m  169.254.169.254:80  established 169.254.169.254:80 10s, bound 169.254.169.254:80 50m
`);
  });

  test('have a journey each', async () => {
    const { out } = await runInspect(await createInformant(REPORT, ledger), ['--port=40001']);
    expect(out).toBe(`\
tcp port 40001 in host
bound now, by leaky-dns on 127.0.0.1, held without a connection for 50m, last seen talking to 169.254.169.254:80: stuck

FROM                     FOR  STATE        OWNER                            REMOTE
2023-11-14 21:23:10 UTC  10s  established  leaky-dns (dns.service, pid 42)  169.254.169.254:80
2023-11-14 21:23:20 UTC  50m  bound        leaky-dns (dns.service, pid 42)  169.254.169.254:80
`);
  });

  test('come as JSON and as CSV', async () => {
    const informant = await createInformant(REPORT, ledger);
    const json = JSON.parse((await runInspect(informant, ['--process=leaky-dns', '--json'])).out) as { total: number };
    expect(json.total).toBe(1);
    const journey = (await runInspect(informant, ['--port=40001', '--csv'])).out.split('\r\n');
    expect(journey[2]).toBe('host,tcp,40001,"2023-11-14 21:23:20",,bound,leaky-dns,dns.service,42,169.254.169.254:80');
    const ports = (await runInspect(informant, ['--process=leaky-dns', '--csv'])).out.split('\r\n');
    expect(ports[1]).toContain('host,tcp,40001,bound,leaky-dns,dns.service,,127.0.0.1,');
  });

  test('that nobody used end with code 1 and their error', async () => {
    const { code, out, err } = await runInspect(await createInformant(REPORT), ['--port=40099', '--protocol=udp']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('EPH_API_NOT_FOUND: udp port 40099 is not used');
  });
});

test.each([
  [['--json', '--csv'], '--json and --csv exclude each other'],
  [['--process=a', '--port=1'], '--process and --port exclude each other'],
  [['--port=0'], '--port: "0" must be a whole number from 1 to 65535'],
  [['--protocol=udp'], '--protocol goes with --port'],
  [['--json=yes'], '--json takes no value'],
  [['--port'], '--port needs a value (N)'],
  [['--limit=1', '--limit=2'], '--limit is given more than once'],
  [['--proces=a'], 'did you mean --process?'],
  [['extra'], 'unexpected argument "extra"'],
])('%j is refused with code 2', async (argv, message) => {
  const { code, err } = await runInspect(await createInformant(REPORT), argv);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('an answer of another version is told as such, not as a defect', async () => {
  const { code, err } = await runInspect({ oneShot: false, ask: async () => ({ status: 200, body: '{"owners":1}' }) });
  expect(code).toBe(1);
  expect(err).toContain('EPH_API_ANSWER: /api/v1/status');
});
