import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../src/errors.ts';
import { FUZZ_CASES } from './fuzz-cases.ts';
import type { FuzzTarget } from './fuzz-target.ts';

/** Tests that every target ends with a value or a coded error, whatever it is met with. */
export function meetTargets(from: string, targets: readonly FuzzTarget[]): void {
  describe(`bytes from ${from}, well formed or not, end as a value or a coded error`, () => {
    it.each(targets)('of $decoder', { timeout: FUZZ_CASES * 20 }, async ({ input, decode }) => {
      let decoded = 0;
      const property = fc.asyncProperty(input, async (value) => {
        try {
          const result = decode(value);
          if (result instanceof Promise) await result;
          decoded++;
        } catch (error) {
          if (!(error instanceof ExporterError)) throw error;
        }
      });
      await fc.assert(property, { numRuns: FUZZ_CASES });
      // Inputs that are all refused at the door would test nothing behind it.
      expect(decoded).toBeGreaterThan(FUZZ_CASES / 1_000);
    });
  });
}
