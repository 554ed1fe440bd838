import { describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../src/ledger/ledger.ts';
import type { Attributed } from '../../../src/model/attributed.ts';
import { groupOf, namedGroups, portOf, socketsOn } from '../../helpers/ledger-view.ts';
import { type SampleBuilder, sampleAt } from '../../helpers/sample-builder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function newLedger(processLimit: number): Ledger {
  return createLedger({ stuckAfterMs: 15 * MINUTE, processLimit });
}

/** A sample in which each named program holds so many bound ports; programs keep their ports from sample to sample. */
function holding(bootMs: number, programs: Readonly<Record<string, number>>): SampleBuilder {
  const builder = sampleAt(bootMs);
  for (const [name, count] of Object.entries(programs)) {
    const first = 33_000 + (name.codePointAt(0) ?? 0) * 200;
    builder.owner(name, socketsOn(first, count, 'tcp established 10.0.0.1:PORT > 10.0.0.9:80 #COOKIE'));
  }
  return builder;
}

describe('an owner group', () => {
  it('earns a name by 10 ports, from the same sample on, with counters at 0', () => {
    const ledger = newLedger(50);
    ledger.reduce(holding(0, { a: 9 }).sample());
    const nine = ledger.reduce(holding(1_000, { a: 9 }).sample());
    expect(namedGroups(nine)).toEqual([]);
    expect(nine.foldedGroups).toBe(1);
    const ten = ledger.reduce(holding(2_000, { a: 10 }).sample());
    expect(portOf(ten, 33_000 + 97 * 200)?.group).toBe('a');
    expect(groupOf(ten, 'a')?.opened.tcp).toBe(0);
    expect(groupOf(ten, '(other)')?.opened.tcp).toBe(1);
    const eleven = ledger.reduce(holding(3_000, { a: 11 }).sample());
    expect(groupOf(eleven, 'a')?.opened.tcp).toBe(1);
    expect(groupOf(eleven, '(other)')?.opened.tcp).toBe(1);
  });

  it('earns a name by one stuck port', () => {
    const ledger = newLedger(50);
    const sample = (bootMs: number): SampleBuilder => sampleAt(bootMs).owner('slow', ['tcp bound 10.0.0.1:40000 #1']);
    ledger.reduce(sample(0).sample());
    const result = ledger.reduce(sample(16 * MINUTE).sample());
    expect(namedGroups(result)).toEqual(['slow']);
    expect(groupOf(result, '(other)')?.stuckTotal).toBe(1);
  });

  it('earns a name by a link-local connection', () => {
    const result = newLedger(50).reduce(
      sampleAt(0).owner('probe', ['tcp established 10.0.0.1:40000 > 169.254.169.254:80 #1']).sample(),
    );
    expect(namedGroups(result)).toEqual(['probe']);
  });

  it('keeps its name and counters for 24 hours after it was worth it, though it is empty', () => {
    const ledger = newLedger(50);
    ledger.reduce(sampleAt(0).sample());
    ledger.reduce(holding(1_000, { a: 10 }).sample());
    ledger.reduce(holding(2_000, { a: 12 }).sample());
    const empty = ledger.reduce(sampleAt(23 * HOUR).sample());
    expect(groupOf(empty, 'a')).toMatchObject({ opened: { tcp: 2 }, released: { tcp: 12 }, members: 0, startMs: 0 });
    const later = ledger.reduce(sampleAt(24 * HOUR + 3_000).sample());
    expect(namedGroups(later)).toEqual([]);
  });

  it('is the processes of one name and unit in one namespace', () => {
    const result = newLedger(50).reduce(
      sampleAt(0)
        .owner('java', socketsOn(40_000, 10, 'tcp bound 10.0.0.1:PORT #COOKIE'), {
          pid: 1,
          unit: 'a.service',
          handles: 3,
        })
        .owner('java', socketsOn(41_000, 10, 'tcp bound 10.0.0.1:PORT #COOKIE'), { pid: 2, unit: 'b.service' })
        .owner('java', socketsOn(42_000, 5, 'tcp bound 10.0.0.1:PORT #COOKIE'), {
          pid: 3,
          unit: 'a.service',
          handles: 4,
        })
        .owner('java', socketsOn(40_000, 10, 'tcp bound 10.0.0.1:PORT in pod'), { pid: 4, unit: 'a.service' })
        .sample(),
    );
    expect(groupOf(result, 'java', 'host', 'a.service')).toMatchObject({ members: 2, handles: 7 });
    expect(groupOf(result, 'java', 'host', 'b.service')).toMatchObject({ members: 1, handles: -1 });
    expect(groupOf(result, 'java', 'pod', 'a.service')).toMatchObject({ members: 1 });
  });

  it('cannot pass for a folded one by its name', () => {
    const result = newLedger(50).reduce(holding(0, { '(other)': 10, '': 10 }).sample());
    expect(namedGroups(result)).toEqual(['_', '_(other)']);
  });
});

describe('when names are short', () => {
  it('stuck groups come first, then those with most ports, and a name that is only kept yields at once', () => {
    const ledger = newLedger(2);
    const stuck = (bootMs: number): SampleBuilder => sampleAt(bootMs).owner('z', ['tcp bound 10.0.0.1:60000 #1']);
    ledger.reduce(stuck(0).sample());
    expect(namedGroups(ledger.reduce(holding(1_000, { a: 12, b: 11, c: 10 }).sample()))).toEqual(['a', 'b']);
    expect(namedGroups(ledger.reduce(holding(2_000, { a: 12, c: 10 }).sample()))).toEqual(['a', 'c']);
    expect(namedGroups(ledger.reduce(holding(3_000, { a: 12, c: 10, b: 11 }).sample()))).toEqual(['a', 'b']);
    const ledgerWithStuck = newLedger(1);
    ledgerWithStuck.reduce(stuck(0).sample());
    const both = holding(16 * MINUTE, { a: 100 }).owner('z', ['tcp bound 10.0.0.1:60000 #1']);
    expect(namedGroups(ledgerWithStuck.reduce(both.sample()))).toEqual(['z']);
  });

  it('names do not change hands among equals', () => {
    const ledger = newLedger(1);
    expect(namedGroups(ledger.reduce(holding(0, { b: 10 }).sample()))).toEqual(['b']);
    expect(namedGroups(ledger.reduce(holding(1_000, { a: 10, b: 10 }).sample()))).toEqual(['b']);
    expect(namedGroups(ledger.reduce(holding(2_000, { a: 11, b: 10 }).sample()))).toEqual(['a']);
    expect(namedGroups(ledger.reduce(holding(3_000, { a: 11, b: 11 }).sample()))).toEqual(['a']);
  });

  it('the counters of the folded rest never go down', () => {
    const ledger = newLedger(1);
    ledger.reduce(sampleAt(0).sample());
    let before = 0;
    for (const [index, programs] of [{ a: 10 }, { a: 10, b: 20 }, { a: 30, b: 20 }, { b: 20 }, {}].entries()) {
      const result: Attributed = ledger.reduce(holding(index * 1_000 + 1_000, programs).sample());
      const opened = groupOf(result, '(other)')?.opened.tcp as number;
      expect(opened).toBeGreaterThanOrEqual(before);
      before = opened;
    }
    expect(before).toBe(50);
  });

  it('a leaker still is named among 2,000 short-lived programs a minute', () => {
    const ledger = newLedger(50);
    let result: Attributed | undefined;
    for (let sample = 0; sample < 60; sample++) {
      const builder = sampleAt(sample * 30_000);
      for (let job = 0; job < 1_000; job++) {
        const port = 33_000 + job * 12;
        builder.owner(`job-${sample}-${job}`, socketsOn(port, 12, `tcp established 10.0.0.1:PORT > 10.0.0.9:80`), {
          pid: 100_000 + job,
          startMs: sample,
        });
      }
      result = ledger.reduce(builder.owner('leaker', ['tcp bound 10.0.0.1:60000 #7']).sample());
    }
    expect(result?.groups.length).toBe(3 + 50);
    expect(result && namedGroups(result)).toContain('leaker');
    expect(result?.owners.length).toBeLessThan(12_000);
  });
});

describe('a process that runs another program', () => {
  it('takes its ports and their ages to the group of its new name', () => {
    const ledger = newLedger(50);
    const sockets = socketsOn(40_000, 10, 'tcp bound 10.0.0.1:PORT #COOKIE');
    const as = (bootMs: number, name: string): SampleBuilder => sampleAt(bootMs).owner(name, sockets, { pid: 7 });
    ledger.reduce(as(0, 'shell').sample());
    ledger.reduce(as(1_000, 'shell').sample());
    const result = ledger.reduce(as(2_000, 'server').sample());
    expect(portOf(result, 40_000)).toMatchObject({ group: 'server', heldSinceMs: 0 });
    expect(groupOf(result, 'shell')).toMatchObject({ released: { tcp: 10 }, members: 0 });
    expect(groupOf(result, '(other)')?.opened.tcp).toBe(10);
  });
});
