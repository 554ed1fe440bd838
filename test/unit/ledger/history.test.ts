import { describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../src/ledger/ledger.ts';
import { historyOf } from '../../../src/ledger/views.ts';
import { socketsOn } from '../../helpers/ledger-view.ts';
import { BOOTED_AT_MS, type SampleBuilder, sampleAt } from '../../helpers/sample-builder.ts';

const MINUTE = 60_000;
/** A boot time on a step of both grids. */
const START = 300_000 - (BOOTED_AT_MS % 300_000);

function newLedger(): Ledger {
  return createLedger({ stuckAfterMs: 900_000, processLimit: 50 });
}

function leaking(bootMs: number, ports: number, startMs = 1, executableChangeMs = 0): SampleBuilder {
  return sampleAt(START + bootMs).owner('leaky', socketsOn(40_000, ports, 'tcp bound 10.0.0.1:PORT #COOKIE'), {
    startMs,
    executableChangeMs,
  });
}

describe('the history of a group', () => {
  it('has the ports of each state at the end of each minute and of each five minutes', () => {
    const ledger = newLedger();
    for (let half = 0; half < 14; half++) ledger.reduce(leaking(half * 30_000, 10 + half).sample());
    const at = (minute: number): number => BOOTED_AT_MS + START + minute * MINUTE;
    const minutes = historyOf(ledger.state.history, 0, 'host', 'leaky', '');
    expect(minutes?.curves).toEqual([
      { protocol: 'tcp', state: 'bound', points: [0, 1, 2, 3, 4, 5, 6].map((n) => [at(n), 11 + 2 * n]) },
    ]);
    const fives = historyOf(ledger.state.history, 1, 'host', 'leaky', '');
    expect(fives?.curves[0]?.points).toEqual([
      [at(0), 19],
      [at(5), 23],
    ]);
  });

  it('has a gap where nothing was sampled, and zeroes where there were no ports', () => {
    const ledger = newLedger();
    ledger.reduce(leaking(0, 10).sample());
    ledger.reduce(sampleAt(START + 3 * MINUTE).sample());
    const points = historyOf(ledger.state.history, 0, 'host', 'leaky', '')?.curves[0]?.points;
    expect(points?.map(([atMs, ports]) => [(atMs - BOOTED_AT_MS - START) / MINUTE, ports])).toEqual([
      [0, 10],
      [3, 0],
    ]);
  });

  it('drops the oldest beyond 24 hours and 8 days, and counts what is lost for good', () => {
    const ledger = newLedger();
    const days = 9;
    for (let step = 0; step < days * 288; step++) ledger.reduce(leaking(step * 5 * MINUTE, 10).sample());
    const { history } = ledger.state;
    expect(historyOf(history, 0, 'host', 'leaky', '')?.curves[0]?.points.length).toBe(288);
    expect(historyOf(history, 1, 'host', 'leaky', '')?.curves[0]?.points.length).toBe(8 * 288);
    expect(history.dropped).toBe(288);
  });

  it('marks when the start or the executable of the group moved', () => {
    const ledger = newLedger();
    ledger.reduce(leaking(0, 10, 1, 5).sample());
    ledger.reduce(leaking(MINUTE, 10, 1, 5).sample());
    ledger.reduce(leaking(2 * MINUTE, 10, 77, 66).sample());
    const seenMs = BOOTED_AT_MS + START + 2 * MINUTE;
    expect(historyOf(ledger.state.history, 0, 'host', 'leaky', '')?.marks).toEqual([
      { seenMs, what: 'start', atMs: 77 },
      { seenMs, what: 'executable', atMs: 66 },
    ]);
  });

  it('is kept for a bounded number of groups, those with the latest ports', () => {
    const ledger = createLedger({ stuckAfterMs: 900_000, processLimit: 1 });
    for (let n = 0; n < 150; n++) {
      const sockets = socketsOn(40_000, 10, `tcp bound 10.0.0.1:PORT #COOKIE`);
      ledger.reduce(
        sampleAt(n * 1_000)
          .owner(`p${n}`, sockets, { pid: n + 1 })
          .sample(),
      );
    }
    const { history } = ledger.state;
    expect(history.groups.size).toBe(128);
    expect(historyOf(history, 0, 'host', 'p149', '')).toBeDefined();
    expect(historyOf(history, 0, 'host', 'p0', '')).toBeUndefined();
  });
});
