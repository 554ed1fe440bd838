import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CookieDedupe } from '../../../../../src/platform/linux/sockets/cookie-dedupe.ts';
import { GrowableDump } from '../../../../../src/platform/linux/sockets/growable-dump.ts';

/** A row per cookie; its port is the number of the row, which makes each row one of its kind. */
function dumpOf(cookies: readonly (readonly [number, number])[]): GrowableDump {
  const dump = new GrowableDump(1);
  cookies.forEach(([low, high], row) => {
    dump.reserve(1);
    dump.columns.length = row + 1;
    dump.columns.cookieLow[row] = low;
    dump.columns.cookieHigh[row] = high;
    dump.columns.localPort[row] = row;
    dump.columns.local[row * 4 + 3] = row;
    dump.inode[row] = row;
  });
  return dump;
}

describe('CookieDedupe', () => {
  it('keeps the last row of each cookie, and every row without one', () => {
    const arbitraryCookie = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1 }));
    const dedupe = new CookieDedupe();
    fc.assert(
      fc.property(fc.array(arbitraryCookie, { maxLength: 40 }), (cookies) => {
        const dump = dumpOf(cookies);
        const last = new Map(cookies.map((cookie, row) => [String(cookie), row]));
        const expected = cookies.flatMap((cookie, row) =>
          String(cookie) === '0,0' || last.get(String(cookie)) === row ? [row] : [],
        );
        expect(dedupe.apply(dump)).toBe(cookies.length - expected.length);
        const { length, localPort, local } = dump.columns;
        const rows = [...localPort.subarray(0, length)];
        expect(rows.toSorted((a, b) => a - b)).toEqual(expected);
        expect(rows).toEqual([...dump.inode.subarray(0, length)]);
        expect(rows).toEqual(rows.map((_, row) => local[row * 4 + 3]));
      }),
      { numRuns: 1000 },
    );
  });

  it('grows with the dump', () => {
    const dump = dumpOf(Array.from({ length: 20_000 }, (_, row) => [row + 1, 7] as const));
    expect(new CookieDedupe().apply(dump)).toBe(0);
    expect(dump.columns.length).toBe(20_000);
  });
});
