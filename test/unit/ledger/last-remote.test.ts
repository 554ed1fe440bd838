import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../src/ledger/ledger.ts';
import type { Attributed } from '../../../src/model/attributed.ts';
import { portOf } from '../../helpers/ledger-view.ts';
import { type SampleBuilder, sampleAt } from '../../helpers/sample-builder.ts';

const METADATA = '169.254.169.254:80';

function reduceAll(...samples: readonly SampleBuilder[]): Attributed {
  const ledger = createLedger({ stuckAfterMs: 900_000, processLimit: 50 });
  const results = samples.map((sample) => ledger.reduce(sample.sample()));
  return results.at(-1) as Attributed;
}

describe('the last remote of a held port', () => {
  it('is what its socket was connected to before', () => {
    const result = reduceAll(
      sampleAt(0).owner('leaky', [`tcp established 10.0.0.1:40000 > ${METADATA} #1`]),
      sampleAt(5_000).owner('leaky', ['tcp bound 10.0.0.1:40000 #1']),
      sampleAt(10_000).owner('leaky', ['tcp bound 10.0.0.1:40000 #1']),
    );
    expect(portOf(result, 40_000)?.remote).toBe(METADATA);
  });

  it('is not said while the port is connected', () => {
    const result = reduceAll(sampleAt(0).owner('leaky', [`tcp established 10.0.0.1:40000 > ${METADATA} #1`]));
    expect(portOf(result, 40_000)?.remote).toBeUndefined();
  });

  it('is the stale peer in a bound row, at once', () => {
    const result = reduceAll(sampleAt(0).owner('leaky', ['tcp bound [fd00::1]:40000 > [fd00:ec2::254]:80 #1']));
    expect(portOf(result, 40_000)?.remote).toBe('[fd00:ec2::254]:80');
  });

  it('never is an earlier user’s', () => {
    const first = sampleAt(0).owner('x', ['tcp established 10.0.0.1:40000 > 10.0.0.66:443 #1']);
    const direct = reduceAll(first, sampleAt(5_000).owner('y', ['tcp bound 10.0.0.1:40000 #2']));
    expect(portOf(direct, 40_000)).toMatchObject({ owner: 'y', remote: undefined });
    const overTimeWait = reduceAll(
      first,
      sampleAt(5_000).noOwner('timeWait', ['tcp time_wait 10.0.0.1:40000 > 10.0.0.66:443 #1']),
      sampleAt(10_000)
        .noOwner('timeWait', ['tcp time_wait 10.0.0.1:40000 > 10.0.0.66:443 #1'])
        .owner('y', ['tcp bound 10.0.0.1:40000 #2']),
    );
    expect(portOf(overTimeWait, 40_000)).toMatchObject({ owner: 'y', remote: undefined });
  });

  it('is forgotten when the same process takes the port again with another socket', () => {
    const result = reduceAll(
      sampleAt(0).owner('leaky', ['tcp established 10.0.0.1:40000 > 10.0.0.66:443 #1']),
      sampleAt(5_000).owner('leaky', ['tcp bound 10.0.0.1:40000 #2']),
    );
    expect(portOf(result, 40_000)?.remote).toBeUndefined();
  });

  it('is not another process’s that uses the port beside the owner', () => {
    const result = reduceAll(
      sampleAt(0).owner('owner', ['tcp listen 10.0.0.1:40000 #1'], { pid: 1 }),
      sampleAt(5_000)
        .owner('owner', ['tcp listen 10.0.0.1:40000 #1'], { pid: 1 })
        .owner('child', ['tcp established 10.0.0.1:40000 > 10.0.0.66:443 #2'], { pid: 2 }),
      sampleAt(10_000).owner('owner', ['tcp bound 10.0.0.1:40000 #1'], { pid: 1 }),
    );
    expect(portOf(result, 40_000)).toMatchObject({ owner: 'owner', remote: undefined });
  });

  it('is the newest of several, whatever the order of the rows', () => {
    const old = 'tcp established 10.0.0.1:40000 > 10.0.0.8:80 #1';
    const fresh = 'tcp established 10.0.0.1:40000 > 10.0.0.9:80 #2';
    const end = sampleAt(10_000).owner('leaky', ['tcp bound 10.0.0.2:40000 #3']);
    const bound = 'tcp bound 10.0.0.2:40000 #3';
    const begin = sampleAt(0).owner('leaky', [old, bound]);
    for (const both of [
      [old, fresh, bound],
      [fresh, bound, old],
    ]) {
      expect(portOf(reduceAll(begin, sampleAt(5_000).owner('leaky', both), end), 40_000)?.remote).toBe('10.0.0.9:80');
    }
  });

  it('is learned from a trace when the connection fell between two samples', () => {
    const bound = 'tcp bound 10.0.0.1:40000 #1';
    const opened = sampleAt(5_000).owner('leaky', [bound]).event('opened', 'leaky', `10.0.0.1:40000 > ${METADATA}`);
    expect(portOf(reduceAll(sampleAt(0), opened), 40_000)?.remote).toBe(METADATA);
    const early = sampleAt(0).owner('leaky', []).event('opened', 'leaky', `10.0.0.1:40000 > ${METADATA}`);
    const late = sampleAt(5_000).owner('leaky', [bound]);
    expect(portOf(reduceAll(early, late), 40_000)?.remote).toBe(METADATA);
  });

  it('is not learned from another process’s event', () => {
    const result = reduceAll(
      sampleAt(0),
      sampleAt(5_000)
        .owner('x', [])
        .owner('y', ['tcp bound 10.0.0.1:40000 #1'])
        .event('opened', 'x', '10.0.0.1:40000 > 10.0.0.66:443'),
    );
    expect(portOf(result, 40_000)?.remote).toBeUndefined();
  });

  it('of an owner without a name is that of the same socket only', () => {
    const connected = sampleAt(0).noOwner('noPermission', ['tcp established 10.0.0.1:40000 > 10.0.0.66:443 #1']);
    const same = reduceAll(connected, sampleAt(5_000).noOwner('noPermission', ['tcp bound 10.0.0.1:40000 #1']));
    expect(portOf(same, 40_000)?.remote).toBe('10.0.0.66:443');
    const two = sampleAt(5_000).noOwner('noPermission', [
      'tcp established 10.0.0.1:40000 > 10.0.0.66:443 #1',
      'tcp bound 10.0.0.1:40000 #2',
    ]);
    const other = reduceAll(connected, two, sampleAt(10_000).noOwner('noPermission', ['tcp bound 10.0.0.1:40000 #2']));
    expect(portOf(other, 40_000)?.remote).toBeUndefined();
  });
});
