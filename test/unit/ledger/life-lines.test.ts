import { describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../src/ledger/ledger.ts';
import { LIFE_SPANS } from '../../../src/ledger/life-lines.ts';
import { lifeLineOf } from '../../../src/ledger/views.ts';
import { sampleAt } from '../../helpers/sample-builder.ts';

function newLedger(): Ledger {
  return createLedger({ stuckAfterMs: 900_000, processLimit: 50 });
}

describe('the life line of a port', () => {
  it('tells who had it, in which state, talking to whom, from when to when', () => {
    const ledger = newLedger();
    ledger.reduce(sampleAt(0).owner('x', ['tcp established 10.0.0.1:40000 > 10.0.0.9:80 #1'], { pid: 5 }).sample());
    ledger.reduce(sampleAt(5_000).noOwner('timeWait', ['tcp time_wait 10.0.0.1:40000 > 10.0.0.9:80 #1']).sample());
    ledger.reduce(sampleAt(65_000).sample());
    ledger.reduce(sampleAt(70_000).owner('y', ['tcp bound 10.0.0.1:40000 #2'], { pid: 6, unit: 'y.service' }).sample());
    ledger.reduce(sampleAt(75_000).owner('y', ['tcp bound 10.0.0.1:40000 #2'], { pid: 6, unit: 'y.service' }).sample());
    const x = { process: 'x', unit: '', pid: 5, remote: '10.0.0.9:80' };
    expect(lifeLineOf(ledger.state, 'host', 'tcp', 40_000)).toEqual([
      { ...x, state: 'established', fromMs: 0, toMs: 5_000 },
      { ...x, state: 'time_wait', fromMs: 5_000, toMs: 65_000 },
      { process: 'y', unit: 'y.service', pid: 6, state: 'bound', remote: '', fromMs: 70_000, toMs: undefined },
    ]);
    expect(lifeLineOf(ledger.state, 'host', 'udp', 40_000)).toEqual([]);
  });

  it('keeps the newest spans', () => {
    const ledger = newLedger();
    for (let second = 1; second <= LIFE_SPANS + 4; second++) {
      const state = second % 2 === 0 ? 'bound' : 'listen';
      ledger.reduce(
        sampleAt(second * 1_000)
          .owner('x', [`tcp ${state} 10.0.0.1:40000 #1`])
          .sample(),
      );
    }
    const spans = lifeLineOf(ledger.state, 'host', 'tcp', 40_000);
    expect(spans.map(({ fromMs }) => fromMs / 1_000)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(spans.at(-1)?.state).toBe('bound');
  });

  it('stays readable when its port was used by tens of thousands of processes and remotes', () => {
    const ledger = newLedger();
    for (let round = 0; round < 400; round++) {
      const builder = sampleAt(round * 1_000);
      for (let n = 0; n < 60; n++) {
        const remote = `10.${round % 250}.${n}.${Math.floor(round / 250)}:80`;
        builder.owner(`p${round}-${n}`, [`tcp established 10.0.0.1:${40_000 + n} > ${remote} #${round * 60 + n + 1}`], {
          pid: round * 60 + n + 1,
        });
      }
      ledger.reduce(builder.sample());
    }
    expect(ledger.state.owners.used).toBeLessThan(10_000);
    expect(ledger.state.remotes.used).toBeLessThan(10_000);
    const spans = lifeLineOf(ledger.state, 'host', 'tcp', 40_007);
    expect(spans.map(({ process }) => process)).toEqual([394, 395, 396, 397, 398, 399].map((round) => `p${round}-7`));
    expect(spans.map(({ remote }) => remote)).toEqual([144, 145, 146, 147, 148, 149].map((b) => `10.${b}.7.1:80`));
  });
});
