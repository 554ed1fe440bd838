import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeBpfRecords } from '../../../../../src/platform/linux/bound/bpf-records.ts';
import { BpfTables } from '../../../../../src/platform/linux/bound/bpf-tables.ts';
import { GrowableDump } from '../../../../../src/platform/linux/sockets/growable-dump.ts';
import type { SocketTables } from '../../../../../src/platform/linux/sockets/socket-tables.ts';

const NETNS = 4_026_531_840;

interface BpfRecord {
  readonly tgid?: number;
  readonly ino: number;
  readonly netns?: number;
  readonly family?: number;
  readonly port?: number;
  readonly state?: number;
  readonly proto?: number;
}

function bytesOf(records: readonly BpfRecord[]): Uint8Array {
  const words = records.flatMap(({ tgid = 1, ino, netns = NETNS, family = 2, port = 40_001, state = 7, proto = 6 }) => [
    tgid,
    3,
    ino,
    netns,
    family,
    port,
    state,
    proto,
  ]);
  return new Uint8Array(Uint32Array.from(words).buffer);
}

const found = (...records: BpfRecord[]) => decodeBpfRecords(bytesOf(records), NETNS).map(({ inode }) => inode);

describe('records of a BPF iterator', () => {
  it('tell bound-only TCP and MPTCP sockets of the namespace', () => {
    expect(found({ ino: 1 }, { ino: 2, family: 10 }, { ino: 3, proto: 262 })).toEqual([1, 2, 3]);
  });

  it.each([
    ['connected', { state: 1 }],
    ['without a port', { port: 0 }],
    ['UDP', { proto: 17 }],
    ['of another namespace', { netns: 5 }],
    ['a unix socket', { family: 1, proto: 0, port: 0 }],
  ])('are passed over when they are %s', (_, record) => {
    expect(found({ ino: 1, ...record }, { ino: 2 })).toEqual([2]);
  });

  it('of two processes that share a socket tell it once', () => {
    expect(found({ ino: 1, tgid: 5 }, { ino: 1, tgid: 6 })).toEqual([1]);
  });

  it('are refused when they are cut short or of another layout', () => {
    const coded = expect.objectContaining({ code: 'EPH_BPF_RECORDS' });
    expect(() => decodeBpfRecords(bytesOf([{ ino: 1 }]).subarray(0, 31), NETNS)).toThrow(coded);
    expect(() => found({ ino: 1, port: 70_000 })).toThrow(coded);
    expect(() => found({ ino: 1, family: 99 })).toThrow(coded);
  });
});

describe('tables with an iterator', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bpf-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const inner: SocketTables = {
    source: 'inet_diag',
    findBoundObstacle: () => undefined,
    append: () => true,
    close() {},
  };
  const read = (path: string): number => {
    const dump = new GrowableDump(1);
    const ports = new Uint8Array(65_536).fill(1, 32_768);
    const query = { piece: 'bound', ports, minPort: 0, isLate: () => false, report: () => {} } as const;
    new BpfTables(inner, path, String(NETNS)).append(query, dump);
    return dump.columns.length;
  };

  it('give the rows of the range', () => {
    const path = join(directory, 'iterator');
    writeFileSync(path, bytesOf([{ ino: 1 }, { ino: 2, port: 80 }, { ino: 3 }]));
    expect(read(path)).toBe(2);
  });

  it('say what to check when there is none', () => {
    const code = 'EPH_BPF_RECORDS';
    expect(() => read(join(directory, 'missing'))).toThrow(expect.objectContaining({ code }));
    expect(() => read(directory)).toThrow(/EISDIR.*--linux\.bpf-iterator/);
  });
});
