import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EndpointIndex } from '../../../src/analysis/endpoint-index.ts';
import { PairCounts } from '../../../src/analysis/pair-counts.ts';

const WORD = fc.constantFrom(0, 1, 0xffff, 0x0a000001, 0xffffffff);

test('equal endpoints have one number and different ones have different numbers, through growth', () => {
  const endpoint = fc.tuple(WORD, WORD, WORD, fc.nat(0xffffffff), fc.nat(0xffffffff));
  fc.assert(
    fc.property(fc.array(endpoint, { maxLength: 200 }), (endpoints) => {
      const index = new EndpointIndex();
      const ids = new Map<string, number>();
      for (const [a, b, c, d, tag] of [...endpoints, ...endpoints]) {
        const id = index.idOf(Uint32Array.of(7, a, b, c, d), 1, tag);
        const key = `${a} ${b} ${c} ${d} ${tag}`;
        expect(id).toBe(ids.get(key) ?? ids.size);
        ids.set(key, id);
        expect(index.tagOf(id)).toBe(tag);
      }
      expect(index.length).toBe(ids.size);
    }),
  );
});

test('60,000 endpoints that differ in their last bits alone are told apart', () => {
  const index = new EndpointIndex();
  for (let n = 0; n < 60_000; n++) expect(index.idOf(Uint32Array.of(0, 0, 0xffff, n >> 4), 0, n & 15)).toBe(n);
  expect(index.textOf(17, index.tagOf(17))).toBe('0.0.0.1:1');
  expect(index.compare(3, 4)).toBeLessThan(0);
});

test('pairs are counted each for itself, through growth and with negative numbers', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: -4, max: 40 }), fc.integer({ min: -4, max: 40 })), {
    maxLength: 600,
  });
  fc.assert(
    fc.property(pairs, (all) => {
      const counts = new PairCounts();
      const expected = new Map<string, number>();
      for (const [first, second] of all) {
        const key = `${first} ${second}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
        expect(counts.add(first, second)).toBe(expected.get(key));
      }
      const told = new Map<string, number>();
      counts.forEach((first, second, count) => {
        told.set(`${first} ${second}`, count);
      });
      expect(told).toEqual(expected);
    }),
  );
});
