import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedger } from '../../src/ledger/ledger.ts';
import type { OwnerGroup } from '../../src/model/attributed.ts';
import { arbitraryHistory } from '../helpers/arbitrary-history.ts';
import { labelOf, portsOf } from '../helpers/ledger-view.ts';
import { NaiveLedger } from '../helpers/naive-ledger.ts';

const STUCK_AFTER_MS = 10_000;
const LIMIT = 2;
function countersOf({ opened, released, stuckTotal, stuckReleased, linkLocalOpened }: OwnerGroup): object {
  return { opened, released, stuckTotal, stuckReleased, linkLocalOpened };
}

function naivePortsOf(naive: NaiveLedger): Map<string, object> {
  return new Map(
    [...naive.ports].map(([key, { state, owner, heldSinceMs, stuck, remote }]) => [
      key,
      {
        state,
        owner,
        group: naive.groupOf(key).label,
        heldSinceMs,
        stuck,
        remote: heldSinceMs === undefined ? undefined : remote,
      },
    ]),
  );
}

describe('the ledger', () => {
  it.each(['cookie', 'created', 'none'] as const)(
    'tells what a naive model tells, sockets known by: %s',
    (identity) => {
      fc.assert(
        fc.property(arbitraryHistory(identity), (samples) => {
          const ledger = createLedger({ stuckAfterMs: STUCK_AFTER_MS, processLimit: LIMIT });
          const naive = new NaiveLedger(STUCK_AFTER_MS, LIMIT);
          for (const sample of samples) {
            const result = ledger.reduce(sample);
            naive.reduce(sample);
            expect(portsOf(result)).toEqual(naivePortsOf(naive));
            const shown = result.groups.map((group) => [labelOf(group), countersOf(group)] as const);
            for (const [label, counters] of shown) {
              const group = naive.names.groups.get(label);
              if (group !== undefined) expect([label, counters]).toEqual([label, group.counters]);
            }
            const named = result.groups.filter(({ kind }) => kind === 'named').map(labelOf);
            const naiveNamed = [...naive.names.groups.values()].filter((group) => group.named);
            expect(named.sort()).toEqual(naiveNamed.map(({ label }) => label).sort());
          }
        }),
        { numRuns: 400 },
      );
    },
  );
});
