import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedger } from '../../src/ledger/ledger.ts';
import { formatEndpoint } from '../../src/model/address.ts';
import type { Attributed, OwnerGroup } from '../../src/model/attributed.ts';
import { PORT_STATES } from '../../src/model/socket-state.ts';
import { arbitraryHistory } from '../helpers/arbitrary-history.ts';
import { NaiveLedger } from '../helpers/naive-ledger.ts';

const STUCK_AFTER_MS = 10_000;
const LIMIT = 2;
const CODES = ['kernel', 'noPermission', 'gone', 'timeWait'];

function labelOf(group: OwnerGroup | undefined): string {
  return group === undefined ? '' : `${group.netns} ${group.process}${group.kind === 'named' ? ` ${group.unit}` : ''}`;
}

function countersOf({ opened, released, stuckTotal, stuckReleased, linkLocalOpened }: OwnerGroup): object {
  return { opened, released, stuckTotal, stuckReleased, linkLocalOpened };
}

function portsOf({ ports, owners, groups, remotes, sample }: Attributed): Map<string, object> {
  const described = new Map<string, object>();
  for (let row = 0; row < ports.length; row++) {
    const owner = ports.owner[row] as number;
    const process = owners[owner];
    const remote = ports.lastRemote[row] as number;
    const heldSinceMs = ports.heldSinceMs[row] as number;
    const netns = sample.namespaces[ports.netns[row] as number]?.name;
    described.set(`${netns} ${ports.protocol[row] === 0 ? 'tcp' : 'udp'} ${ports.port[row]}`, {
      state: PORT_STATES[ports.state[row] as number],
      owner: process === undefined ? CODES[-owner - 1] : `${process.pid}@${process.startMs}`,
      group: labelOf(groups[ports.group[row] as number]),
      heldSinceMs: Number.isNaN(heldSinceMs) ? undefined : heldSinceMs,
      stuck: ports.stuck[row] === 1,
      remote: remote < 0 ? undefined : formatEndpoint(remotes.words, remote * 4, remotes.ports[remote] as number),
    });
  }
  return described;
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
