import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedger } from '../../src/ledger/ledger.ts';
import type { Attributed } from '../../src/model/attributed.ts';
import { PROTOCOLS } from '../../src/model/protocol.ts';
import { arbitraryHistory } from '../helpers/arbitrary-history.ts';
import { labelOf } from '../helpers/ledger-view.ts';

/** Ports, and opened minus released, by protocol and group. */
function balances({ groups, ports }: Attributed): Map<string, { ports: number; moved: number }> {
  const found = new Map<string, { ports: number; moved: number }>();
  for (const [code, protocol] of PROTOCOLS.entries()) {
    groups.forEach((group, index) => {
      const owned = ports.group
        .subarray(0, ports.length)
        .filter((at, row) => at === index && ports.protocol[row] === code);
      const moved = group.opened[protocol] - group.released[protocol];
      found.set(`${protocol} ${labelOf(group)}`, { ports: owned.length, moved });
    });
  }
  return found;
}

function names(result: Attributed): string {
  const named = result.groups.filter(({ kind }) => kind === 'named').map(labelOf);
  return named.sort().join('\n');
}

describe('over any samples', () => {
  it.each(['cookie', 'created', 'none'] as const)(
    'ports are counted once, and opened minus released moves as they do while names stay, sockets known by: %s',
    (identity) => {
      fc.assert(
        fc.property(arbitraryHistory(identity), (samples) => {
          const ledger = createLedger({ stuckAfterMs: 10_000, processLimit: 3 });
          let before: { names: string; balances: ReturnType<typeof balances> } | undefined;
          for (const sample of samples) {
            const result = ledger.reduce(sample);
            const numbers = Array.from({ length: sample.sockets.length }, (_, row) =>
              [sample.sockets.netns[row], sample.sockets.protocol[row], sample.sockets.localPort[row]].join(' '),
            );
            expect(result.ports.length).toBe(new Set(numbers).size);
            const now = { names: names(result), balances: balances(result) };
            const sum = [...now.balances.values()].reduce((total, { ports }) => total + ports, 0);
            expect(sum).toBe(result.ports.length);
            for (const [key, { ports, moved }] of before?.names === now.names ? now.balances : []) {
              const old = before?.balances.get(key);
              if (old !== undefined) expect([key, moved - old.moved]).toEqual([key, ports - old.ports]);
            }
            before = now;
          }
        }),
        { numRuns: 200 },
      );
    },
  );
});
