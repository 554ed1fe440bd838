import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLedgerImage } from '../../src/ledger/check-image.ts';
import { createLedger, type RememberedLedger } from '../../src/ledger/ledger.ts';
import { imageOfLedger } from '../../src/ledger/ledger-image.ts';
import { decodeImage, encodeImage } from '../../src/store/ledger-codec.ts';
import { arbitraryHistory } from '../helpers/arbitrary-history.ts';
import { portsOf } from '../helpers/ledger-view.ts';

const OPTIONS = { stuckAfterMs: 10_000, processLimit: 2 };

describe('a ledger that is restored from its image', () => {
  it.each(['cookie', 'created'] as const)('goes on as if nothing had happened, sockets known by: %s', (identity) => {
    fc.assert(
      fc.property(arbitraryHistory(identity), fc.nat(10), (samples, cut) => {
        const steady = createLedger(OPTIONS);
        let interrupted = createLedger(OPTIONS);
        samples.forEach((sample, index) => {
          const expected = steady.reduce(sample);
          const result = interrupted.reduce(sample);
          expect(portsOf(result)).toEqual(portsOf(expected));
          if (index !== cut) return;
          const image = decodeImage(encodeImage(imageOfLedger(interrupted.state, sample, 0)));
          if (!isLedgerImage(image)) throw new Error('not an image');
          const remembered: RememberedLedger = { ledger: image };
          interrupted = createLedger(OPTIONS, remembered);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('makes no events of what happened in the gap', () => {
    fc.assert(
      fc.property(arbitraryHistory('cookie'), (samples) => {
        const ledger = createLedger(OPTIONS);
        for (const sample of samples.slice(0, -1)) ledger.reduce(sample);
        const [last, before] = [samples.at(-1), samples.at(-2)];
        if (last === undefined || before === undefined) return;
        const restored = createLedger(OPTIONS, { ledger: imageOfLedger(ledger.state, before, 0) });
        for (const { opened, released, stuckTotal, stuckReleased } of restored.reduce(last).groups) {
          expect([opened.tcp, released.tcp, opened.udp, released.udp, stuckTotal]).toEqual([0, 0, 0, 0, 0]);
          expect(stuckReleased).toEqual({ closed: 0, used: 0, exited: 0 });
        }
      }),
      { numRuns: 200 },
    );
  });
});
