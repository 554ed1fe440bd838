import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../src/ledger/ledger.ts';
import type { Attributed } from '../../../src/model/attributed.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { groupOf, portOf, socketsOn } from '../../helpers/ledger-view.ts';
import { DEFAULT_RANGES, namespaceRow, type SampleBuilder, sampleAt } from '../../helpers/sample-builder.ts';

const bound = socketsOn(40_000, 12, 'tcp bound 10.0.0.1:PORT #COOKIE');
const leaking = (bootMs: number): SampleBuilder => sampleAt(bootMs).owner('leaky', bound);
const failed = { success: false, timedOut: true, durationMs: 1 };
const unchanged = { opened: { tcp: 0, udp: 0 }, released: { tcp: 0, udp: 0 } };

function reduceAll(...samples: readonly Sample[]): Attributed {
  const ledger = createLedger({ stuckAfterMs: 900_000, processLimit: 50 });
  return samples.map((sample) => ledger.reduce(sample)).at(-1) as Attributed;
}

describe('what could not be read this time', () => {
  it.each([
    ['the tcp table', { pieces: [{ piece: 'tcp' as const, ...failed }] }],
    ['the range', { namespaces: [namespaceRow('host', { ranges: [] })] }],
    ['bound sockets', { namespaces: [namespaceRow('host', { boundVisible: false })] }],
    ['the namespace', { namespaces: [] }],
  ])('(%s) is neither shown nor released, and is as before when it can be read again', (_what, trouble) => {
    const during = reduceAll(leaking(0).sample(), sampleAt(5_000).sample(trouble));
    expect(during.ports.length).toBe(0);
    expect(during.ledgerPorts).toBe(12);
    const after = reduceAll(leaking(0).sample(), sampleAt(5_000).sample(trouble), leaking(10_000).sample());
    expect(portOf(after, 40_000)?.heldSinceMs).toBe(0);
    expect(groupOf(after, 'leaky')).toMatchObject(unchanged);
  });

  it('is remembered with its TIME_WAIT owners', () => {
    const result = reduceAll(
      sampleAt(0).owner('client', ['tcp established 10.0.0.1:40000 > 10.0.0.9:80 #1']).sample(),
      sampleAt(5_000).sample({ pieces: [{ piece: 'tcp', ...failed }] }),
      sampleAt(10_000).noOwner('timeWait', ['tcp time_wait 10.0.0.1:40000 > 10.0.0.9:80 #1']).sample(),
    );
    expect(portOf(result, 40_000)?.owner).toBe('client');
  });

  it('of one protocol does not stop releases of the other', () => {
    const both = sampleAt(0).owner('a', ['tcp bound 10.0.0.1:40000 #1', 'udp unconnected 10.0.0.1:40000 #2']).sample();
    const result = reduceAll(both, sampleAt(5_000).sample({ pieces: [{ piece: 'tcp', ...failed }] }));
    expect(groupOf(result, '(other)')?.released).toEqual({ tcp: 0, udp: 1 });
  });

  it('at the start postpones the baseline', () => {
    const result = reduceAll(sampleAt(0).sample({ pieces: [{ piece: 'tcp', ...failed }] }), leaking(5_000).sample());
    expect(groupOf(result, '(other)')).toMatchObject(unchanged);
  });

  it('is given up without events when bound sockets stay out of sight', () => {
    const blind = (bootMs: number): Sample =>
      sampleAt(bootMs).sample({ namespaces: [namespaceRow('host', { boundVisible: false })] });
    const result = reduceAll(leaking(0).sample(), blind(5_000), blind(130_000));
    expect(result.ledgerPorts).toBe(0);
    expect(groupOf(result, 'leaky')).toMatchObject(unchanged);
  });
});

describe('a change of the range', () => {
  it('makes no events of ports that come into view or leave it, and keeps the ages of the others', () => {
    const ranges = DEFAULT_RANGES.map((range) => ({ ...range, first: 40_006 }));
    const result = reduceAll(
      leaking(0).sample(),
      leaking(5_000).sample({ namespaces: [namespaceRow('host', { ranges })] }),
    );
    expect(result.ports.length).toBe(6);
    expect(portOf(result, 40_006)?.heldSinceMs).toBe(0);
    expect(groupOf(result, 'leaky')).toMatchObject(unchanged);
    const back = reduceAll(
      sampleAt(0)
        .owner('leaky', bound)
        .sample({ namespaces: [namespaceRow('host', { ranges })] }),
      leaking(5_000).sample(),
    );
    expect(back.ports.length).toBe(12);
    expect(groupOf(back, 'leaky')).toMatchObject(unchanged);
  });
});

describe('a namespace', () => {
  it('that appears later begins with a baseline of its own', () => {
    const later = leaking(5_000).owner('pod-app', socketsOn(50_000, 10, 'tcp bound 10.0.0.1:PORT in pod'), { pid: 1 });
    const result = reduceAll(leaking(0).sample(), later.sample());
    expect(groupOf(result, 'pod-app', 'pod')).toMatchObject(unchanged);
    expect(groupOf(result, '(other)', 'pod')).toMatchObject(unchanged);
  });

  it('that is gone for good ends with its groups', () => {
    const inPod = leaking(0).owner('pod-app', socketsOn(50_000, 10, 'tcp bound 10.0.0.1:PORT in pod'), { pid: 1 });
    const result = reduceAll(inPod.sample(), leaking(60_000).sample(), leaking(121_000).sample());
    expect(result.groups.filter(({ netns }) => netns === 'pod')).toEqual([]);
    expect(result.ledgerPorts).toBe(12);
  });

  it('of the same name with another inode is another one', () => {
    const inPod = (inode: string, bootMs: number): Sample =>
      sampleAt(bootMs)
        .owner('app', ['tcp bound 10.0.0.1:40000'])
        .sample({ namespaces: [namespaceRow('host', { inode })] });
    const result = reduceAll(inPod('1', 0), inPod('2', 5_000));
    expect(portOf(result, 40_000)?.heldSinceMs).toBe(5_000);
  });
});
