import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../../../src/model/address.ts';
import { TraceConnections } from '../../../../../src/platform/linux/trace/trace-connections.ts';
import { parsePageLayout, parseRecordLayout } from '../../../../../src/platform/linux/trace/trace-format.ts';
import { decodePage } from '../../../../../src/platform/linux/trace/trace-page.ts';
import { readStateChange, type StateChange } from '../../../../../src/platform/linux/trace/trace-record.ts';

const FIXTURES = new URL('../../../../fixtures/trace/', import.meta.url);
const readFixture = (name: string) => readFileSync(new URL(name, FIXTURES));
const FORMAT = readFixture('inet_sock_set_state.format').toString();
const HEADER = readFixture('header_page').toString();
const RECORDS = parseRecordLayout(FORMAT) ?? expect.fail('no record layout');
const PAGES = parsePageLayout(HEADER) ?? expect.fail('no page layout');

/** A page of the given 32-bit words; the commit word says how many of them are data. */
function pageOf(words: readonly number[], commit: number = words.length * 4, extra: readonly number[] = []): DataView {
  const page = new DataView(new ArrayBuffer(4096));
  page.setUint32(0, 1_000, true);
  page.setUint32(8, commit, true);
  for (const [index, word] of [...words, ...extra].entries()) page.setUint32(16 + index * 4, word, true);
  return page;
}

function visits(page: DataView): { readonly lost: number; readonly seen: readonly (readonly number[])[] } {
  const seen: number[][] = [];
  const lost = decodePage(page, PAGES, (start, end, timeNs) => seen.push([start, end, timeNs]));
  return { lost, seen };
}

const data = (length: number, delta: number) => (delta << 5) | (length / 4);
const special = (type: number, delta: number) => ((delta << 5) | type) >>> 0;

describe('raw page of a trace', () => {
  it('gives the connections that a program made while it was written', () => {
    const file = readFixture('raw-page.bin');
    const page = new DataView(file.buffer, file.byteOffset, file.length);
    const changes: StateChange[] = [];
    const lost = decodePage(page, PAGES, (start, end, timeNs) => {
      changes.push(readStateChange(page, RECORDS, start, end, timeNs) ?? expect.fail('not a state change'));
    });
    expect(lost).toBe(0);
    const connections = new TraceConnections().join(changes);
    const lines = connections.map((one) => {
      const ends = [
        formatEndpoint(Uint32Array.from(one.local), 0, one.localPort),
        formatEndpoint(Uint32Array.from(one.remote), 0, one.remotePort),
      ];
      return `${one.kind} ${one.task} ${ends.join(' ')}`;
    });
    // Three times connect, close; then an IPv6 connection that the server closed first; then a refused one.
    expect(lines.filter((line) => line.includes(' 29070 127.0.0.1:') && line.endsWith(':9009'))).toEqual(
      [43714, 43726, 43740].flatMap((port) => [
        `opened 29070 127.0.0.1:${port} 127.0.0.1:9009`,
        `closed 29070 127.0.0.1:${port} 127.0.0.1:9009`,
      ]),
    );
    expect(lines.filter((line) => line.includes('[::1]'))).toEqual([
      'opened 29070 [::1]:42440 [::1]:9010',
      'closed 29070 [::1]:9010 [::1]:42440',
    ]);
    expect(lines.filter((line) => line.includes(':9011'))).toEqual([]);
    expect(Math.min(...connections.map((one) => one.atMs))).toBeGreaterThan(4_172_000);
    expect(Math.max(...connections.map((one) => one.atMs))).toBeLessThan(4_173_100);
  });

  it('adds up the time through extensions, stamps and padding', () => {
    const words = [
      data(4, 5),
      0,
      special(30, 7),
      2,
      data(4, 1),
      0,
      special(29, 3),
      8,
      0,
      data(4, 0),
      0,
      special(31, 9),
      4,
      data(4, 1),
      0,
    ];
    const extended = 1_000 + 5 + 7 + 2 * 2 ** 27 + 1;
    expect(visits(pageOf(words)).seen.map(([, , timeNs]) => timeNs)).toEqual([
      1_005,
      extended,
      extended + 3,
      4 * 2 ** 27 + 10,
    ]);
  });

  it('reads a record whose length has a word of its own', () => {
    expect(visits(pageOf([special(0, 1), 12, 7, 8, data(4, 1), 0])).seen).toEqual([
      [24, 32, 1_001],
      [36, 40, 1_002],
    ]);
  });

  it('ends at padding without a length', () => {
    expect(visits(pageOf([data(4, 1), 0, special(29, 0), 99, 99])).seen).toHaveLength(1);
  });

  it('tells how many records were lost before it, at least one when the kernel does not count', () => {
    const words = [data(4, 1), 0];
    expect(visits(pageOf(words, (8 | 0x8000_0000 | 0x4000_0000) >>> 0, [17, 0])).lost).toBe(17);
    expect(visits(pageOf(words, (8 | 0x8000_0000) >>> 0)).lost).toBe(1);
  });

  it('is left at the first bad word, which counts as a loss', () => {
    for (const words of [
      [data(112, 1)],
      [data(4, 1), 0, special(30, 1)],
      [special(0, 1), 0, 1],
      [special(0, 1), 0xffff_fff0],
    ]) {
      expect(visits(pageOf(words)).lost).toBe(1);
    }
    expect(visits(pageOf([0], 0xf_fff0)).lost).toBe(1);
    expect(decodePage(new DataView(new ArrayBuffer(8)), PAGES, () => expect.fail('no record'))).toBe(1);
  });

  it('never reads outside itself and always ends, whatever it holds', () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: 600 });
    fc.assert(
      fc.property(bytes, fc.nat(700), (noise, commit) => {
        const page = new DataView(noise.slice().buffer);
        if (page.byteLength >= 12) page.setUint32(8, commit, true);
        const lost = decodePage(page, PAGES, (start, end) => {
          expect(start).toBeGreaterThanOrEqual(PAGES.data);
          expect(end).toBeLessThanOrEqual(page.byteLength);
          readStateChange(page, RECORDS, start, end, 0);
        });
        expect(lost).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has no record of another event or of too few bytes', () => {
    const page = pageOf([data(72, 1), RECORDS.id + 1, ...new Array<number>(17).fill(0)]);
    expect(readStateChange(page, RECORDS, 20, 92, 0)).toBe(undefined);
    expect(readStateChange(page, { ...RECORDS, id: RECORDS.id + 1 }, 20, 92, 0)).toBeDefined();
    expect(readStateChange(page, { ...RECORDS, id: RECORDS.id + 1 }, 20, 88, 0)).toBe(undefined);
  });
});

describe('format files of tracefs', () => {
  it('give offsets by name', () => {
    expect(RECORDS).toMatchObject({
      id: 2287,
      length: 72,
      task: 4,
      socket: 8,
      oldState: 16,
      newState: 20,
      local: 40,
      remote: 56,
    });
    expect(PAGES).toEqual({ commit: 8, data: 16, pageLength: 4096 });
  });

  it('follow fields that moved, and are refused without them or at another size', () => {
    expect(parseRecordLayout(FORMAT.replace('sport;\toffset:24', 'sport;\toffset:124'))?.localPort).toBe(124);
    for (const text of [
      '',
      FORMAT.replace('skaddr', 'skaddress'),
      FORMAT.replace('offset:8;\tsize:8', 'offset:8;\tsize:4'),
      FORMAT.replace('ID: 2287', ''),
    ]) {
      expect(parseRecordLayout(text)).toBe(undefined);
    }
    for (const text of ['', HEADER.replace('commit', 'other'), HEADER.replace('timestamp', 'time')]) {
      expect(parsePageLayout(text)).toBe(undefined);
    }
  });
});
