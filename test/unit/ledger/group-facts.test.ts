import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../src/ledger/ledger.ts';
import type { Attributed } from '../../../src/model/attributed.ts';
import { groupOf, socketsOn } from '../../helpers/ledger-view.ts';
import { BOOTED_AT_MS, type SampleBuilder, sampleAt } from '../../helpers/sample-builder.ts';

const MINUTE = 60_000;
const METADATA = 'tcp established 10.0.0.1:40000 > 169.254.169.254:80';

function reduceAll(...samples: readonly SampleBuilder[]): Attributed {
  const ledger = createLedger({ stuckAfterMs: 15 * MINUTE, processLimit: 50 });
  const results = samples.map((sample) => ledger.reduce(sample.sample()));
  return results.at(-1) as Attributed;
}

describe('the start time of a group', () => {
  const young = socketsOn(40_000, 10, 'tcp bound 10.0.0.1:PORT #COOKIE');
  const old = socketsOn(41_000, 10, 'tcp established 10.0.0.1:PORT > 10.0.0.9:80 #COOKIE');
  const at = (bootMs: number): SampleBuilder =>
    sampleAt(bootMs)
      .owner('app', young, { pid: 2, startMs: 200, executableChangeMs: 20 })
      .owner('app', old, { pid: 1, startMs: 100, executableChangeMs: 10 });

  it('is that of its oldest living member', () => {
    expect(groupOf(reduceAll(at(0)), 'app')).toMatchObject({ startMs: 100, executableChangeMs: 10 });
  });

  it('is that of the member with most stuck ports as soon as there is one', () => {
    expect(groupOf(reduceAll(at(0), at(16 * MINUTE)), 'app')).toMatchObject({ startMs: 200, executableChangeMs: 20 });
  });
});

describe('the executable change time of a group', () => {
  const sockets = socketsOn(40_000, 10, 'tcp bound 10.0.0.1:PORT #COOKIE');
  const run = (bootMs: number, pid: number, executable: string): SampleBuilder =>
    sampleAt(bootMs).owner('app', sockets, { pid, startMs: pid, executable, executableChangeMs: 5 });

  it('is when another executable was seen to take the place of the one before', () => {
    const result = reduceAll(run(0, 1, '/opt/v1/app'), run(MINUTE, 2, '/opt/v2/app'));
    expect(groupOf(result, 'app')?.executableChangeMs).toBe(BOOTED_AT_MS + MINUTE);
  });

  it('does not move for a second installation that runs beside the first', () => {
    const beside = run(MINUTE, 1, '/opt/v1/app').owner('app', ['tcp bound 10.0.0.1:50000 #1'], {
      pid: 2,
      executable: '/opt/v2/app',
    });
    expect(groupOf(reduceAll(run(0, 1, '/opt/v1/app'), beside), 'app')?.executableChangeMs).toBe(5);
  });
});

describe('opened link-local connections', () => {
  const none = { metadata: 0, time: 0, link_local_v4: 0, link_local_v6: 0 };
  const named = sampleAt(0).owner('app', [`${METADATA} #1`]);

  it('are counted once each by class, not those of the first sample', () => {
    const sockets = [
      `${METADATA} #1`,
      'tcp syn_sent 10.0.0.1:40001 > 169.254.169.123:123 #2',
      'tcp established 10.0.0.1:40002 > 169.254.7.7:80 #3',
      'tcp established [fe80::1]:40003 > [fe80::2]:80 #4',
      'udp established 10.0.0.1:40004 > 169.254.169.254:53 #5',
      'tcp bound 10.0.0.1:40005 > 169.254.169.254:80 #6',
      'tcp established 10.0.0.1:40006 > 10.0.0.9:80 #7',
    ];
    const next = (bootMs: number): SampleBuilder => sampleAt(bootMs).owner('app', sockets);
    expect(groupOf(reduceAll(named), 'app')?.linkLocalOpened).toEqual(none);
    expect(groupOf(reduceAll(named, next(1_000), next(2_000)), 'app')?.linkLocalOpened).toEqual({
      metadata: 1,
      time: 1,
      link_local_v4: 1,
      link_local_v6: 1,
    });
  });

  it('are counted by the trace when no row shows them, and not twice when one does', () => {
    const ends = '10.0.0.1:41000 > 169.254.169.254:80';
    const told = (bootMs: number): SampleBuilder => sampleAt(bootMs).owner('app', []).event('opened', 'app', ends);
    const shown = (bootMs: number): SampleBuilder => sampleAt(bootMs).owner('app', [`tcp established ${ends} #9`]);
    const count = (...samples: readonly SampleBuilder[]): number | undefined =>
      groupOf(reduceAll(named, ...samples), 'app')?.linkLocalOpened.metadata;
    expect(count(told(1_000), sampleAt(2_000))).toBe(1);
    expect(count(told(1_000), shown(2_000))).toBe(1);
    expect(count(shown(1_000), told(2_000))).toBe(1);
    expect(count(shown(1_000).event('opened', 'app', ends))).toBe(1);
  });
});
