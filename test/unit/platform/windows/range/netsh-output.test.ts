import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import { excludedInRange, spanSize } from '../../../../../src/model/port-range.ts';
import { parseDynamicPort, parseExcludedPortRange } from '../../../../../src/platform/windows/range/netsh-output.ts';
import { readFixture } from '../read-fixture.ts';

const text = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');
const UNREADABLE = expect.objectContaining({ code: 'EPH_WINDOWS_OUTPUT' });

describe('netsh show dynamicport', () => {
  it.each([
    ['netsh-dynamicport.en.txt', 49_152, 65_535],
    ['netsh-dynamicport.de.cp850.txt', 49_152, 65_535],
    ['netsh-dynamicport.fr.cp850.txt', 49_152, 65_535],
    ['netsh-dynamicport.ja.cp932.txt', 49_152, 65_535],
    ['netsh-dynamicport.ru.cp866.txt', 61_000, 61_254],
    ['netsh-dynamicport.zh-cn.cp936.txt', 1_024, 65_534],
    ['netsh-dynamicport.en-custom.txt', 1_024, 65_534],
  ])('in %s says %i-%i', (file, first, last) => {
    expect(parseDynamicPort(readFixture(file))).toEqual({ first, last });
  });

  it('ends 64,511 ports from 1024 at 65534 and 64,511 from 1025 at 65535', () => {
    const custom = parseDynamicPort(text('t', '---', 'a : 1025', 'b : 64511', ''));
    expect(custom).toEqual({ first: 1_025, last: 65_535 });
    expect(spanSize(parseDynamicPort(readFixture('netsh-dynamicport.en-custom.txt')))).toBe(64_511);
  });

  it.each([
    ['code page 932', [0x81, 0x46]],
    ['code page 936', [0xa3, 0xba]],
    ['UTF-8', [0xef, 0xbc, 0x9a]],
  ])('may have a full-width colon of %s', (_, colon) => {
    const line = (number: string): Buffer => Buffer.from([0x83, 0x7c, ...colon, ...Buffer.from(` ${number}\r\n`)]);
    const output = Buffer.concat([line('49152'), line('16384')]);
    expect(parseDynamicPort(output)).toEqual({ first: 49_152, last: 65_535 });
  });

  it.each([
    ['nothing, as with exit code 0 from a broken netsh', text('')],
    ['one number', text('a : 49152', '')],
    ['three numbers', text('a : 49152', 'b : 16384', 'c : 1', '')],
    ['a range beyond the last port', text('a : 49152', 'b : 16385', '')],
    ['no ports', text('a : 49152', 'b : 0', '')],
    ['a start at 0', text('a : 0', 'b : 16384', '')],
    ['an error message', text('The following command was not found: int ipv4 show dynamicport.', '')],
  ])('is refused when it holds %s', (_, output) => {
    expect(() => parseDynamicPort(output)).toThrow(UNREADABLE);
  });
});

describe('netsh show excludedportrange', () => {
  it('lists spans, those of an administrator too', () => {
    expect(parseExcludedPortRange(readFixture('netsh-excludedportrange.en.txt'))).toEqual([
      { first: 5_357, last: 5_357 },
      { first: 50_000, last: 50_059 },
      { first: 50_131, last: 50_230 },
    ]);
  });

  it('takes 160 ports of the default range away', () => {
    const excluded = parseExcludedPortRange(readFixture('netsh-excludedportrange.en.txt'));
    const range = { protocol: 'tcp', af: 'ipv4', first: 49_152, last: 65_535, excluded } as const;
    expect(excludedInRange(range)).toBe(160);
  });

  it('joins spans that overlap or touch, so that none is counted twice', () => {
    const output = text('  ---    ---', '200 299', '100 199 *', '150 160', '400 400', '');
    expect(parseExcludedPortRange(output)).toEqual([
      { first: 100, last: 299 },
      { first: 400, last: 400 },
    ]);
  });

  it('may list none, but not print nothing', () => {
    expect(parseExcludedPortRange(text('Titel', '', '--------    ------', ''))).toEqual([]);
    expect(() => parseExcludedPortRange(text(''))).toThrow(UNREADABLE);
  });

  it.each(['60 50', '1 65536'])('refuses the span %s', (line) => {
    expect(() => parseExcludedPortRange(text('---  ---', line, ''))).toThrow(UNREADABLE);
  });
});

describe('any output', () => {
  const lines = fc.array(fc.oneof(fc.string(), fc.constantFrom('a : 49152', 'b : 16384', '--- ---', '7 9', '9 7 *')));
  const output = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    lines.map((all) => Buffer.from(all.join('\r\n'))),
  );

  it.each([
    ['dynamicport', parseDynamicPort],
    ['excludedportrange', parseExcludedPortRange],
  ])('of %s is read or refused with EPH_WINDOWS_OUTPUT', (_, parse) => {
    fc.assert(
      fc.property(output, (bytes) => {
        try {
          const spans = [parse(bytes)].flat();
          expect(spans.every(({ first, last }) => first <= last && last <= 65_535)).toBe(true);
        } catch (error) {
          expect(error instanceof ExporterError && error.code).toBe('EPH_WINDOWS_OUTPUT');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
