import { describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../src/ledger/ledger.ts';
import { historyOf } from '../../../src/ledger/views.ts';
import type { Attributed } from '../../../src/model/attributed.ts';
import { groupOf, portOf, socketsOn } from '../../helpers/ledger-view.ts';
import { BOOTED_AT_MS, sampleAt } from '../../helpers/sample-builder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const YEARS = 20 * 365 * 24 * HOUR;
/** A boot time on a step of both grids. */
const START = 300_000 - (BOOTED_AT_MS % 300_000);

const newLedger = (): Ledger => createLedger({ stuckAfterMs: 15 * MINUTE, processLimit: 50 });

/** A leak of 10 ports, sampled at `bootMs` while the wall clock is wrong by `wrongMs`. */
function sample(ledger: Ledger, bootMs: number, wrongMs = 0): Attributed {
  const takenAtMs = BOOTED_AT_MS + START + bootMs + wrongMs;
  const leak = sampleAt(START + bootMs).owner('leaky', socketsOn(40_000, 10, 'tcp bound 10.0.0.1:PORT #COOKIE'));
  return ledger.reduce(leak.sample({ takenAtMs }));
}

function minutesOf(ledger: Ledger): number[] {
  const points = historyOf(ledger.state.history, 0, 'host', 'leaky', '')?.curves[0]?.points ?? [];
  return points.map(([atMs]) => (atMs - BOOTED_AT_MS - START) / MINUTE);
}

/** Ages, states and counters, none of which a clock may move. */
function facts(attributed: Attributed): unknown {
  const { opened, released, stuckTotal, stuckReleased } = groupOf(attributed, 'leaky') ?? {};
  const { heldSinceMs, stuck } = portOf(attributed, 40_000) ?? {};
  return { opened, released, stuckTotal, stuckReleased, heldSinceMs, stuck };
}

describe('a wall clock that jumps', () => {
  it.each([
    ['ahead by years', YEARS],
    ['ahead by an hour', HOUR],
    ['back by a minute', -MINUTE],
    ['back by years', -YEARS],
  ])('%s and back again moves no age, state or counter', (_, wrongMs) => {
    const [jumping, steady] = [newLedger(), newLedger()];
    for (let minute = 0; minute < 30; minute++) {
      const isWrong = minute >= 10 && minute < 20;
      const seen = sample(jumping, minute * MINUTE, isWrong ? wrongMs : 0);
      expect(facts(seen)).toEqual(facts(sample(steady, minute * MINUTE)));
    }
  });

  it('ahead by an hour and back again leaves the history it had, and goes on with it', () => {
    const ledger = newLedger();
    for (let minute = 0; minute < 20; minute++) sample(ledger, minute * MINUTE);
    for (let minute = 20; minute < 25; minute++) sample(ledger, minute * MINUTE, HOUR);
    expect(minutesOf(ledger)).toHaveLength(25);
    for (let minute = 25; minute < 30; minute++) sample(ledger, minute * MINUTE);
    expect(minutesOf(ledger)).toEqual([...Array(20).keys(), 25, 26, 27, 28, 29]);
  });

  it('ahead by years does not stop the history for years once it is set right', () => {
    const ledger = newLedger();
    sample(ledger, 0);
    sample(ledger, MINUTE, YEARS);
    for (let minute = 2; minute < 5; minute++) sample(ledger, minute * MINUTE);
    expect(minutesOf(ledger)).toEqual([2, 3, 4]);
    expect(ledger.state.history.dropped).toBeGreaterThan(0);
  });

  it('back by a minute overwrites nothing', () => {
    const ledger = newLedger();
    for (let minute = 0; minute < 5; minute++) sample(ledger, minute * MINUTE);
    sample(ledger, 5 * MINUTE, -MINUTE);
    expect(minutesOf(ledger)).toEqual([0, 1, 2, 3, 4]);
    expect(ledger.state.history.dropped).toBe(0);
  });
});

describe('a host that slept for 8 hours', () => {
  it('holds its ports that much longer, and nothing else has happened', () => {
    const ledger = newLedger();
    sample(ledger, 0);
    const before = portOf(sample(ledger, MINUTE), 40_000);
    const after = sample(ledger, MINUTE + 8 * HOUR);
    expect(portOf(after, 40_000)?.heldSinceMs).toBe(before?.heldSinceMs);
    expect([before?.stuck, portOf(after, 40_000)?.stuck]).toEqual([false, true]);
    const { opened, released, stuckTotal } = groupOf(after, 'leaky') ?? {};
    expect([opened?.tcp, released?.tcp, stuckTotal]).toEqual([0, 0, 10]);
    expect(minutesOf(ledger)).toEqual([0, 1, 481]);
  });
});
