import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../src/errors.ts';
import { OWNER_CODE } from '../../../../src/model/owner-code.ts';
import type { DynamicRange } from '../../../../src/model/port-range.ts';
import { PIECES, type Piece } from '../../../../src/model/problem.ts';
import { SOCKET_STATE } from '../../../../src/model/socket-state.ts';
import { markUnsearchedOwners } from '../../../../src/platform/linux/owners/unsearched-owners.ts';
import { LinuxReader, type ReaderParts } from '../../../../src/platform/linux/reader.ts';
import type { GrowableDump } from '../../../../src/platform/linux/sockets/growable-dump.ts';
import type { SocketTables, TablePiece, TableQuery } from '../../../../src/platform/linux/sockets/socket-tables.ts';

const RANGES: readonly DynamicRange[] = (['tcp', 'udp'] as const).map((protocol) => ({
  protocol,
  af: 'ipv4',
  first: 40_000,
  last: protocol === 'tcp' ? 40_099 : 50_000,
  excluded: [],
}));

function appendRow(dump: GrowableDump, row: { state: number; cookie: number; inode?: number }): true {
  dump.reserve(1);
  const index = dump.columns.length++;
  dump.columns.state[index] = row.state;
  dump.columns.cookieLow[index] = row.cookie;
  dump.columns.localPort[index] = row.cookie;
  dump.inode[index] = row.inode ?? 9;
  return true;
}

/** A reader over tables whose pieces do what `pieces` says, everything switched on. */
function makeReader(
  pieces: Partial<Record<TablePiece, (dump: GrowableDump, query: TableQuery) => boolean>> = {},
  changes: Partial<ReaderParts> = {},
  tables: Partial<SocketTables> = {},
): { reader: LinuxReader; queries: TableQuery[] } {
  const queries: TableQuery[] = [];
  const reader = new LinuxReader({
    clock: { wallMs: () => 1_000_000, bootMs: () => 5_000 },
    bootId: 'boot',
    namespace: { name: 'host', inode: '1', scope: 'host' },
    collectors: Object.fromEntries(PIECES.map((piece) => [piece, true])) as Record<Piece, boolean>,
    readRanges: () => RANGES,
    readTcpTwReuse: () => 2,
    tables: {
      source: 'inet_diag',
      findBoundObstacle: () => undefined,
      append(query, dump) {
        queries.push(query);
        return pieces[query.piece]?.(dump, query) ?? true;
      },
      close() {},
      ...tables,
    },
    owners: { resolve: markUnsearchedOwners, holds: () => false },
    probeBinds: () => ({ probes: [{ protocol: 'tcp', af: 'ipv4', code: '' }], problems: [] }),
    ...changes,
  });
  return { reader, queries };
}

const never = () => false;
const off = (...pieces: readonly Piece[]) =>
  Object.fromEntries(PIECES.map((piece) => [piece, !pieces.includes(piece)])) as Record<Piece, boolean>;

describe('LinuxReader', () => {
  it('reads bound before the rest and asks for the range of each protocol', () => {
    const { reader, queries } = makeReader();
    reader.read(never);
    expect(queries.map(({ piece }) => piece)).toEqual(['bound', 'tcp', 'udp']);
    expect(queries.map(({ minPort }) => minPort)).toEqual([40_000, 40_000, 40_000]);
    expect(queries.map(({ ports }) => [ports[39_999], ports[40_099], ports[40_100]])).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 1],
    ]);
  });

  it('tells a socket that began to connect in between once, as connecting', () => {
    const { reader } = makeReader({
      bound: (dump) => {
        appendRow(dump, { state: SOCKET_STATE.bound, cookie: 1 });
        appendRow(dump, { state: SOCKET_STATE.bound, cookie: 2 });
        return true;
      },
      tcp: (dump) => {
        appendRow(dump, { state: SOCKET_STATE.syn_sent, cookie: 1 });
        return true;
      },
    });
    const { sockets } = reader.read(never);
    const states = Array.from({ length: sockets.length }, (_, row) => [sockets.cookieLow[row], sockets.state[row]]);
    expect(states.toSorted()).toEqual([
      [1, SOCKET_STATE.syn_sent],
      [2, SOCKET_STATE.bound],
    ]);
  });

  it('hands out columns of their own, exactly as long as their rows', () => {
    const { reader } = makeReader({ tcp: (dump) => appendRow(dump, { state: 1, cookie: 7 }) });
    const first = reader.read(never).sockets;
    const second = reader.read(never).sockets;
    expect(first.localPort).toEqual(Uint16Array.of(7));
    expect(first.localPort.buffer).not.toBe(second.localPort.buffer);
    expect(first.remote.length).toBe(4);
  });

  it('turns a table that cannot be read into a problem and still reads the others', () => {
    const { reader } = makeReader({
      tcp: () => {
        throw new ExporterError('EPH_NETLINK_MALFORMED', 'cut');
      },
      udp: (dump) => appendRow(dump, { state: 12, cookie: 3 }),
    });
    const sample = reader.read(never);
    expect(sample.problems).toEqual([{ piece: 'tcp', code: 'EPH_NETLINK_MALFORMED', message: 'cut' }]);
    expect(sample.pieces.filter(({ success }) => !success).map(({ piece }) => piece)).toEqual(['tcp']);
    expect(sample.sockets.length).toBe(1);
  });

  it('shows no range and no socket when the range cannot be read, not even after a good reading', () => {
    let isGone = false;
    const readRanges = () => {
      if (isGone) throw new ExporterError('EPH_RANGE_UNREADABLE', 'gone');
      return RANGES;
    };
    const { reader, queries } = makeReader({ tcp: (dump) => appendRow(dump, { state: 1, cookie: 7 }) }, { readRanges });
    expect(reader.read(never).sockets.length).toBe(1);
    isGone = true;
    const sample = reader.read(never);
    expect(sample.namespaces[0]).toMatchObject({ ranges: [], boundVisible: false });
    expect(sample.sockets.length).toBe(0);
    expect(sample.problems[0]?.code).toBe('EPH_RANGE_UNREADABLE');
    expect(queries.length).toBe(3);
  });

  it('says that bound is absent when it cannot be seen, fails or runs out of time', () => {
    const obstacle = { piece: 'bound', code: 'EPH_BOUND_INVISIBLE', message: 'old kernel' } as const;
    const blind = makeReader({}, {}, { findBoundObstacle: () => obstacle });
    const broken = makeReader({
      bound: () => {
        throw new ExporterError('EPH_NETLINK_ERROR', 'refused');
      },
    });
    const late = makeReader({ bound: () => false });
    for (const { reader } of [blind, broken, late]) {
      const sample = reader.read(never);
      expect(sample.namespaces[0]?.boundVisible).toBe(false);
      expect(sample.sources).toContainEqual({ piece: 'bound', source: 'none' });
      expect(sample.pieces.find(({ piece }) => piece === 'tcp')?.success).toBe(true);
    }
    expect(blind.reader.read(never).problems).toEqual([obstacle]);
    expect(makeReader().reader.read(never).sources).toContainEqual({ piece: 'bound', source: 'inet_diag' });
  });

  it('returns what is ready when time runs out and marks the rest', () => {
    let isLate = false;
    const { reader } = makeReader({
      tcp: (dump) => {
        appendRow(dump, { state: 1, cookie: 7 });
        isLate = true;
        return true;
      },
    });
    const sample = reader.read(() => isLate);
    expect(sample.pieces.map(({ piece, success, timedOut }) => [piece, success, timedOut])).toEqual([
      ['range', true, false],
      ['bound', true, false],
      ['tcp', true, false],
      ['udp', false, true],
      ['owners', false, true],
      ['probe', false, true],
    ]);
    expect([...sample.sockets.process]).toEqual([OWNER_CODE.gone]);
    expect(sample.probes).toEqual([]);
  });

  it('skips what is switched off, without a word', () => {
    const { reader, queries } = makeReader({}, { collectors: off('bound', 'udp', 'owners', 'probe') });
    const sample = reader.read(never);
    expect(queries.map(({ piece }) => piece)).toEqual(['tcp']);
    expect(sample.pieces.map(({ piece }) => piece)).toEqual(['range', 'tcp']);
    expect(sample).toMatchObject({ problems: [], probes: [] });
    expect(sample.namespaces[0]?.boundVisible).toBe(false);
  });

  it('says of unsearched sockets what their state alone tells', () => {
    const { reader } = makeReader(
      {
        tcp: (dump) => {
          appendRow(dump, { state: SOCKET_STATE.time_wait, cookie: 1, inode: 0 });
          appendRow(dump, { state: SOCKET_STATE.fin_wait2, cookie: 2, inode: 0 });
          appendRow(dump, { state: SOCKET_STATE.established, cookie: 3 });
          return true;
        },
      },
      { collectors: off('owners') },
    );
    expect([...reader.read(never).sockets.process]).toEqual([OWNER_CODE.timeWait, OWNER_CODE.kernel, OWNER_CODE.gone]);
  });

  it('adds the sockets of other namespaces behind its own, and finds their owners together', () => {
    let asked: unknown;
    const resolved: number[][] = [];
    const { reader } = makeReader(
      { tcp: (dump) => appendRow(dump, { state: 1, cookie: 7 }) },
      {
        others: {
          read: (dump, query) => {
            asked = query;
            appendRow(dump, { state: 1, cookie: 8 });
            dump.columns.netns[1] = 1;
            const row = { name: 'pod', inode: '2', container: '', podUid: '', ranges: RANGES, boundVisible: true };
            const problems = [{ piece: 'namespaces', code: 'EPH_NAMESPACE_GONE', message: 'gone' } as const];
            return { rows: [row], isWhole: true, source: 'inet_diag', problems };
          },
          close() {},
        },
        owners: {
          resolve: (dump) => {
            resolved.push([...dump.inode.subarray(0, dump.columns.length)]);
            return markUnsearchedOwners(dump);
          },
          holds: (inode) => inode === 9,
        },
      },
    );
    const sample = reader.read(never);
    expect(sample.namespaces.map(({ name }) => name)).toEqual(['host', 'pod']);
    expect([...sample.sockets.netns]).toEqual([0, 1]);
    expect(resolved).toEqual([[9, 9]]);
    expect(sample.sources).toContainEqual({ piece: 'namespaces', source: 'inet_diag' });
    expect(sample.problems.map(({ code }) => code)).toEqual(['EPH_NAMESPACE_GONE']);
    expect(asked).toMatchObject({ nowMs: 5_000, ownRanges: RANGES, bound: true, udp: true });
  });

  it('keeps what other namespaces told when they were not all reached in time, and says so', () => {
    const rows = [{ name: 'pod', inode: '2', container: '', podUid: '', ranges: RANGES, boundVisible: true }];
    const others = { read: () => ({ rows, isWhole: false, source: 'inet_diag', problems: [] }), close() {} };
    const sample = makeReader({}, { others }).reader.read(never);
    expect(sample.namespaces.length).toBe(2);
    expect(sample.pieces).toContainEqual(
      expect.objectContaining({ piece: 'namespaces', success: false, timedOut: true }),
    );
  });

  it('lets errors that are not expected trouble through, for they are bugs', () => {
    const { reader } = makeReader({
      udp: () => {
        throw new TypeError('a bug');
      },
    });
    expect(() => reader.read(never)).toThrow(TypeError);
  });
});
