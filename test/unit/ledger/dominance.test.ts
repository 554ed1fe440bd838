import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../src/ledger/ledger.ts';
import type { Attributed } from '../../../src/model/attributed.ts';
import { portOf } from '../../helpers/ledger-view.ts';
import { type SampleBuilder, sampleAt } from '../../helpers/sample-builder.ts';

function reduceAll(...samples: readonly SampleBuilder[]): Attributed {
  const ledger = createLedger({ stuckAfterMs: 900_000, processLimit: 50 });
  const results = samples.map((sample) => ledger.reduce(sample.sample()));
  return results.at(-1) as Attributed;
}

describe('the state and owner of a port', () => {
  it('is a listener’s though a child of it waits to be closed', () => {
    const sample = sampleAt(0).owner('web', [
      'tcp close_wait 10.0.0.1:40000 > 10.0.0.9:5000 #2',
      'tcp listen 0.0.0.0:40000 #1',
    ]);
    const result = reduceAll(sample);
    expect(portOf(result, 40_000)).toMatchObject({ state: 'listen', heldSinceMs: undefined });
    expect([...result.portOfSocket.subarray(0, 2)]).toEqual([0, 0]);
    expect(result.sample.sockets.state[result.ports.socket[0] as number]).toBe(10);
  });

  it.each([
    ['listen', 'established'],
    ['established', 'syn_sent'],
    ['established', 'fin_wait1'],
    ['fin_wait2', 'close_wait'],
    ['last_ack', 'close_wait'],
    ['close_wait', 'bound'],
    ['bound', 'time_wait'],
  ])('%s dominates %s, in either order', (stronger, weaker) => {
    const strong = `tcp ${stronger} 10.0.0.1:40000 > 10.0.0.9:80 #1`;
    const weak = `tcp ${weaker} 10.0.0.2:40000 > 10.0.0.9:80 #2`;
    const inOrder = reduceAll(sampleAt(0).owner('strong', [strong], { pid: 9 }).owner('weak', [weak], { pid: 1 }));
    const reversed = reduceAll(sampleAt(0).owner('weak', [weak], { pid: 1 }).owner('strong', [strong], { pid: 9 }));
    expect(portOf(inOrder, 40_000)?.owner).toBe('strong');
    expect(portOf(reversed, 40_000)).toEqual(portOf(inOrder, 40_000));
    expect(inOrder.ports.length).toBe(1);
  });

  it('is the live process’s, not that of another which left the port in close_wait', () => {
    const shared = (bootMs: number): SampleBuilder =>
      sampleAt(bootMs).owner('lazy', ['tcp close_wait 10.0.0.1:40000 > 10.0.0.9:80 #1'], { pid: 5 });
    const both = shared(0).owner('busy', ['tcp established 10.0.0.2:40000 > 10.0.0.8:443 #2'], { pid: 6 });
    expect(portOf(reduceAll(both), 40_000)).toMatchObject({ owner: 'busy', state: 'established' });
    const after = reduceAll(both, shared(5_000).exited({ pid: 6, startMs: 1 }));
    expect(portOf(after, 40_000)).toEqual({
      state: 'close_wait',
      owner: 'lazy',
      group: '(other)',
      heldSinceMs: 5_000,
      stuck: false,
      remote: '10.0.0.9:80',
    });
  });

  it('is one port on two local addresses, and one in a dual-stack wildcard beside IPv4', () => {
    const result = reduceAll(
      sampleAt(0).owner('two', [
        'tcp bound 10.0.0.1:40000 #1',
        'tcp bound 10.0.0.2:40000 #2',
        'tcp listen [::]:40001 #3',
        'tcp established 10.0.0.1:40001 > 10.0.0.3:80 #4',
        'udp unconnected 10.0.0.1:40000 #5',
      ]),
    );
    expect(result.ports.length).toBe(3);
    expect(portOf(result, 40_001)?.state).toBe('listen');
    expect(portOf(result, 40_000, 'udp')?.state).toBe('unconnected');
  });

  it('stays with the present owner among equals, else goes to the lowest pid', () => {
    const high = ['high', ['tcp bound 10.0.0.1:40000 #1'], { pid: 20 }] as const;
    const low = ['low', ['tcp bound 10.0.0.2:40000 #2'], { pid: 10 }] as const;
    const both = sampleAt(5_000)
      .owner(...low)
      .owner(...high);
    expect(portOf(reduceAll(both), 40_000)?.owner).toBe('low');
    expect(portOf(reduceAll(sampleAt(0).owner(...high), both), 40_000)?.owner).toBe('high');
    const left = sampleAt(6_000).owner(...low);
    expect(portOf(reduceAll(sampleAt(0).owner(...high), both, left), 40_000)).toMatchObject({
      owner: 'low',
      heldSinceMs: 6_000,
    });
  });

  it('comes from a process before a row that nobody could be found for', () => {
    const result = reduceAll(
      sampleAt(0).noOwner('gone', ['tcp bound 10.0.0.1:40000 #1']).owner('known', ['tcp bound 10.0.0.2:40000 #2']),
    );
    expect(portOf(result, 40_000)?.owner).toBe('known');
  });

  it('of UDP is established when a socket is connected, else unconnected', () => {
    const result = reduceAll(
      sampleAt(0)
        .owner('plain', ['udp unconnected 10.0.0.1:40000 #1'], { pid: 1 })
        .owner('linked', ['udp established 10.0.0.2:40000 > 10.0.0.9:53 #2'], { pid: 2 }),
    );
    expect(portOf(result, 40_000, 'udp')).toMatchObject({ state: 'established', owner: 'linked' });
  });

  it('is said of ports of the range only', () => {
    const result = reduceAll(
      sampleAt(0).owner('web', [
        'tcp listen 0.0.0.0:80 #1',
        'tcp bound 10.0.0.1:32768 #2',
        'tcp bound 10.0.0.1:61000 #3',
      ]),
    );
    expect(result.ports.length).toBe(1);
    expect([...result.portOfSocket.subarray(0, 3)]).toEqual([-1, 0, -1]);
  });
});
