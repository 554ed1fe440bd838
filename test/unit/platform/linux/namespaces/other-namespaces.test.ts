import { beforeEach, describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import type { OtherNamespaces, OthersReading } from '../../../../../src/platform/linux/namespaces/other-namespaces.ts';
import { GrowableDump } from '../../../../../src/platform/linux/sockets/growable-dump.ts';
import { type FakeNamespace, FakeNamespaces, OWN_RANGES, rangesFrom } from '../../../../helpers/fake-namespaces.ts';

interface Read extends OthersReading {
  /** Inodes of the sockets told of each namespace. */
  readonly told: Readonly<Record<string, readonly number[]>>;
}

let host: FakeNamespaces;
let others: OtherNamespaces;

beforeEach(() => {
  host = new FakeNamespaces();
  others = host.open();
});

/** A reading, `afterMs` after the last one. */
function read(afterMs = 5_000, changes: { bound?: boolean; udp?: boolean; isLate?: () => boolean } = {}): Read {
  host.nowMs += afterMs;
  for (const namespace of host.byInode.values()) namespace.read.length = 0;
  const dump = new GrowableDump(8);
  const reading = others.read(dump, {
    nowMs: host.nowMs,
    ownRanges: OWN_RANGES,
    bound: true,
    udp: true,
    isLate: () => false,
    isHeld: (inode) => !host.released.has(inode),
    ...changes,
  });
  const told: Record<string, number[]> = Object.fromEntries(reading.rows.map(({ name }) => [name, []]));
  for (let row = 0; row < dump.columns.length; row++) {
    const name = reading.rows[(dump.columns.netns[row] as number) - 1]?.name ?? 'nowhere';
    told[name]?.push(dump.inode[row] as number);
  }
  return { ...reading, told };
}

const idle = (): Partial<FakeNamespace> => ({
  sockets: [
    { state: 'listen', inode: 7 },
    { state: 'bound', inode: 8 },
  ],
  unix: 10,
});

describe('OtherNamespaces', () => {
  it('reads each namespace but our own, and tells its sockets apart from the others', () => {
    host.add('3', idle());
    host.add('4', { sockets: [{ state: 'established', inode: 21 }], ranges: rangesFrom(20_000, 20_999) });
    const { rows, told, isWhole, source, problems } = read();
    expect(told).toEqual({ 3: [8, 7], 4: [21] });
    expect(rows.map(({ name, inode, identity, ranges }) => [name, inode, identity, ranges[0]?.first])).toEqual([
      ['3', '3', '101', 40_000],
      ['4', '4', '102', 20_000],
    ]);
    expect({ isWhole, source, problems }).toEqual({ isWhole: true, source: 'inet_diag', problems: [] });
  });

  it('tells the initial namespace as host', () => {
    host.add('2');
    expect(read().rows[0]?.name).toBe('host');
  });

  it('forgets a namespace with its last process and holds nothing of it', () => {
    const namespace = host.add('3', { ...idle(), pids: [30, 31] });
    read();
    namespace.pids = [31];
    expect(read().rows.length).toBe(1);
    expect(namespace.isOpen).toBe(true);
    namespace.pids = [];
    expect(read().rows).toEqual([]);
    expect(namespace.isOpen).toBe(false);
  });

  it('takes a new namespace with the inode of an old one for another', () => {
    host.add('3', idle());
    const before = read().rows[0]?.identity;
    host.byInode.delete('3');
    read();
    host.add('3', idle());
    expect(read().rows[0]?.identity).not.toBe(before);
  });

  it.each<[string, Partial<FakeNamespace>, readonly string[]]>([
    ['nothing of an empty one', {}, []],
    ['nothing where all sockets are of other kinds', { unix: 12 }, []],
    ['bound where a socket is in no table', { unix: 12, unbound: 1 }, ['bound']],
    ['tcp where there is a connection', { sockets: [{ state: 'established', inode: 1 }] }, ['tcp']],
    ['tcp where only TIME_WAIT is left', { sockets: [{ state: 'time_wait', inode: 0 }] }, ['tcp']],
    ['udp where there is one', { sockets: [{ state: 'unconnected', inode: 1, isUdp: true }] }, ['udp']],
    ['bound before tcp', idle(), ['bound', 'tcp']],
  ])('reads of the tables, which are shared by all, %s', (_, given, pieces) => {
    const namespace = host.add('3', given);
    read();
    expect(namespace.read).toEqual(pieces);
  });

  it('reads no table of what is switched off, and says that bound is not seen', () => {
    const namespace = host.add('3', {
      ...idle(),
      sockets: [
        { state: 'bound', inode: 1 },
        { state: 'unconnected', inode: 2, isUdp: true },
      ],
    });
    const { rows } = read(0, { bound: false, udp: false });
    expect(namespace.read).toEqual([]);
    expect(rows[0]?.boundVisible).toBe(false);
  });

  it('keeps what it read of a namespace in which nothing happens, and reads again when something does', () => {
    const namespace = host.add('3', idle());
    read();
    expect(read().told).toEqual({ 3: [8, 7] });
    expect(namespace.read).toEqual([]);
    namespace.sockets.push({ state: 'established', inode: 9 });
    expect(read().told).toEqual({ 3: [8, 7, 9] });
    expect(namespace.read).toEqual(['bound', 'tcp']);
  });

  it('reads again with the new range when the range is changed', () => {
    const namespace = host.add('3', idle());
    read();
    namespace.ranges = rangesFrom(20_000, 20_999);
    expect(read().rows[0]?.ranges[0]).toMatchObject({ first: 20_000, last: 20_999 });
    expect(namespace.read).toEqual(['bound', 'tcp']);
  });

  it('believes for an hour what every holder confirms, and for one minute what changes by itself', () => {
    const still = host.add('3', idle());
    const lively = host.add('4', { sockets: [{ state: 'established', inode: 21 }] });
    const readings = { still: 0, lively: 0 };
    read();
    for (let sample = 0; sample < 60; sample++) {
      read(5_000);
      if (still.read.length > 0) readings.still++;
      if (lively.read.length > 0) readings.lively++;
    }
    expect(readings.still).toBe(0);
    expect(readings.lively).toBeGreaterThanOrEqual(5);
    for (let sample = 0; sample < 180; sample++) {
      read(15_000);
      if (still.read.length > 0) readings.still++;
    }
    expect(readings.still).toBe(1);
  });

  it.each<[string, (namespace: FakeNamespace) => void]>([
    ['a socket is no longer held', () => host.released.add(8)],
    [
      'a connection came or went',
      (namespace) => {
        namespace.connectionCounts = '1 0 0';
      },
    ],
    [
      'a bound socket may have taken the place of another',
      (namespace) => {
        namespace.unix--;
        namespace.unbound++;
      },
    ],
  ])('reads again within a minute when the counts are the same but %s', (_, change) => {
    const namespace = host.add('3', idle());
    read();
    change(namespace);
    let sample = 0;
    do read(5_000);
    while (namespace.read.length === 0 && ++sample < 100);
    expect(sample * 5).toBeLessThanOrEqual(60);
  });

  it('makes one problem of a namespace that breaks, and reads the others', () => {
    const broken = host.add('3', idle());
    host.add('4', idle());
    read();
    broken.failure = new ExporterError('EPH_NETLINK_ERROR', 'refused');
    broken.unbound++;
    const { rows, told, problems } = read();
    const ofNamespaces = problems.filter(({ piece }) => piece === 'namespaces');
    expect(ofNamespaces).toMatchObject([{ code: 'EPH_NAMESPACE_FAILED' }]);
    expect(ofNamespaces[0]?.message).toContain('refused');
    expect(told).toEqual({ 3: [], 4: [8, 7] });
    expect(rows.map(({ unread }) => unread)).toEqual([['tcp', 'udp'], undefined]);
    broken.failure = undefined;
    expect(read().told).toEqual({ 3: [8, 7], 4: [8, 7] });
  });

  it('leaves out a namespace that could never be read, and tries it again', () => {
    const broken = host.add('3', { ...idle(), failure: new ExporterError('EPH_NAMESPACE_FAILED', 'EMFILE') });
    expect(read()).toMatchObject({ rows: [], problems: [{ code: 'EPH_NAMESPACE_FAILED' }] });
    broken.failure = undefined;
    expect(read().rows.length).toBe(1);
  });

  it('tells of one that goes away while it is read', () => {
    const gone = host.add('3', idle());
    read();
    gone.failure = new ExporterError('EPH_NAMESPACE_GONE', 'went away');
    gone.unbound++;
    expect(read().problems).toEqual([{ piece: 'namespaces', code: 'EPH_NAMESPACE_GONE', message: 'went away' }]);
  });

  it('lets errors that are not expected trouble through, for they are bugs', () => {
    host.add('3', { ...idle(), failure: new TypeError('a bug') as ExporterError });
    expect(() => read()).toThrow(TypeError);
  });

  it('reads from without what it may not enter, by our own range, and says which right is missing', () => {
    host.isRefused = true;
    host.add('3', {
      ...idle(),
      sockets: [
        { state: 'established', inode: 21 },
        { state: 'bound', inode: 22 },
      ],
    });
    const { rows, told, source, problems } = read();
    expect(told).toEqual({ 3: [21] });
    expect(rows[0]).toMatchObject({
      ranges: OWN_RANGES,
      rangesAssumed: true,
      boundVisible: false,
      identity: 'start-30',
    });
    expect(source).toBe('procfs');
    expect(problems).toMatchObject([{ piece: 'namespaces', code: 'EPH_NAMESPACE_REFUSED' }]);
    expect(problems[0]?.message).toContain('CAP_SYS_ADMIN');
  });

  it('stops when its time is spent and goes on with the rest in the next samples, until all were read', () => {
    for (let inode = 3; inode < 13; inode++) host.add(String(inode), idle());
    host.tableMs = 200;
    const first = read();
    expect(first.isWhole).toBe(false);
    expect(first.problems).toMatchObject([{ code: 'EPH_NAMESPACES_BUDGET' }]);
    expect(first.rows.length).toBeGreaterThan(0);
    expect(first.rows.length).toBeLessThan(10);
    const seen = [first.rows.length, read().rows.length, read().rows.length];
    expect(seen.at(-1)).toBe(10);
    host.tableMs = 0;
    expect(read()).toMatchObject({ isWhole: true, problems: [] });
  });

  it('carries over all it has when there is no time at all', () => {
    host.add('3', idle());
    read();
    const { told, isWhole } = read(0, { isLate: () => true });
    expect({ told, isWhole }).toEqual({ told: { 3: [8, 7] }, isWhole: false });
  });

  it('takes a name that comes within the first minute, and none later', () => {
    host.add('3');
    host.add('4');
    expect(read().rows[0]?.name).toBe('3');
    host.names.set('3', 'blue');
    expect(read(10_000).rows[0]?.name).toBe('blue');
    host.names.set('4', 'green');
    expect(read(100_000).rows[1]?.name).toBe('4');
  });

  it('holds nothing when closed', () => {
    const namespace = host.add('3');
    read();
    others.close();
    expect(namespace.isOpen).toBe(false);
  });
});
