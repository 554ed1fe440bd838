import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../src/ledger/ledger.ts';
import type { Attributed } from '../../../src/model/attributed.ts';
import { groupOf, portOf } from '../../helpers/ledger-view.ts';
import { type SampleBuilder, sampleAt } from '../../helpers/sample-builder.ts';

const ENDS = '10.0.0.1:40000 > 10.0.0.9:443';

function reduceAll(...samples: readonly SampleBuilder[]): Attributed {
  const ledger = createLedger({ stuckAfterMs: 900_000, processLimit: 50 });
  const results = samples.map((sample) => ledger.reduce(sample.sample()));
  return results.at(-1) as Attributed;
}

const timeWait = (bootMs: number, text: string): SampleBuilder =>
  sampleAt(bootMs).noOwner('timeWait', [`tcp time_wait ${text}`]);

describe('a TIME_WAIT port', () => {
  it('belongs to the process that was seen with its cookie, also after that process has died', () => {
    const open = sampleAt(0).owner('client', [`tcp established ${ENDS} #1`], { pid: 7, startMs: 70 });
    const result = reduceAll(
      open,
      timeWait(5_000, `${ENDS} #1`).exited({ pid: 7, startMs: 70 }),
      timeWait(10_000, `${ENDS} #1`),
    );
    expect(portOf(result, 40_000)).toMatchObject({ state: 'time_wait', owner: 'client' });
    expect(result.owners[result.ports.owner[0] as number]).toMatchObject({ pid: 7, alive: false });
    expect(groupOf(result, '(other)')).toMatchObject({ opened: { tcp: 0 }, released: { tcp: 0 }, members: 0 });
  });

  it('passes through its orphan states with the same owner', () => {
    const result = reduceAll(
      sampleAt(0).owner('client', [`tcp established ${ENDS} #1`]),
      sampleAt(5_000).noOwner('kernel', [`tcp fin_wait2 ${ENDS} #1`]),
    );
    expect(portOf(result, 40_000)).toMatchObject({ state: 'transient', owner: 'client' });
  });

  it('stays unknown when its cookie was never seen, though its tuple was', () => {
    const result = reduceAll(
      sampleAt(0).owner('client', [`tcp established ${ENDS} #1`]),
      timeWait(5_000, `${ENDS} #2`),
    );
    expect(portOf(result, 40_000)).toMatchObject({ owner: 'time_wait', group: '(unknown)' });
    expect(groupOf(result, '(unknown)')?.opened.tcp).toBe(1);
  });

  it('belongs to the owner of its tuple where the source has no cookies', () => {
    const open = sampleAt(0).owner('client', [`tcp established ${ENDS}`]);
    expect(portOf(reduceAll(open, timeWait(5_000, ENDS)), 40_000)?.owner).toBe('client');
    const otherPeer = timeWait(5_000, '10.0.0.1:40000 > 10.0.0.9:444');
    expect(portOf(reduceAll(open, otherPeer), 40_000)?.owner).toBe('time_wait');
    const otherNamespace = reduceAll(open, timeWait(5_000, `${ENDS} in pod`));
    expect(portOf(otherNamespace, 40_000, 'tcp', 'pod')?.owner).toBe('time_wait');
  });

  it.each([
    ['the sample that shows it', 5_000, 5_000],
    ['the sample before', 0, 5_000],
    ['the sample after', 10_000, 5_000],
  ])('belongs to the process that a trace saw closing it, told in %s', (_when, toldAtMs, shownAtMs) => {
    const samples = [0, 5_000, 10_000].map((bootMs) => {
      const sample = bootMs >= shownAtMs ? timeWait(bootMs, `${ENDS} #2`) : sampleAt(bootMs);
      return bootMs === toldAtMs ? sample.owner('closer', []).event('closed', 'closer', ENDS) : sample;
    });
    expect(portOf(reduceAll(...samples), 40_000)?.owner).toBe('closer');
  });

  it('keeps the owner that a trace told long after the event', () => {
    const told = timeWait(5_000, `${ENDS} #2`).owner('closer', []).event('closed', 'closer', ENDS);
    const later = [10, 15, 20, 25].map((second) => timeWait(second * 1_000, `${ENDS} #2`));
    expect(portOf(reduceAll(sampleAt(0), told, ...later), 40_000)?.owner).toBe('closer');
  });

  it('of a namespace keeps its owner when the namespaces are listed in another order', () => {
    const ledger = createLedger({ stuckAfterMs: 900_000, processLimit: 50 });
    ledger.reduce(
      sampleAt(0)
        .owner('a', [`tcp established ${ENDS} #1`])
        .owner('b', [`tcp established ${ENDS} #2 in pod`])
        .sample(),
    );
    const swapped = sampleAt(5_000)
      .noOwner('timeWait', [`tcp time_wait ${ENDS} #2`])
      .noOwner('timeWait', [`tcp time_wait ${ENDS} #1 in pod`])
      .sample();
    const result = ledger.reduce({ ...swapped, namespaces: [...swapped.namespaces].reverse() });
    expect(portOf(result, 40_000)?.owner).toBe('a');
    expect(portOf(result, 40_000, 'tcp', 'pod')?.owner).toBe('b');
  });
});

describe('an owner that was not found in time', () => {
  const known = sampleAt(0).owner('slow', ['tcp established 10.0.0.1:40000 > 10.0.0.9:443 #1'], {
    pid: 7,
    startMs: 70,
  });
  const unfound = (bootMs: number): SampleBuilder => sampleAt(bootMs).noOwner('gone', ['tcp bound 10.0.0.1:40000 #1']);

  it('is the one that its socket was found with before, while that process lives', () => {
    expect(portOf(reduceAll(known, unfound(5_000)), 40_000)?.owner).toBe('slow');
    const dead = reduceAll(known, unfound(5_000).exited({ pid: 7, startMs: 70 }));
    expect(portOf(dead, 40_000)?.owner).toBe('gone');
  });

  it('keeps age and remote of its port when it is found at last', () => {
    const late = sampleAt(10_000).owner('slow', ['tcp bound 10.0.0.1:40000 #1']);
    const early = sampleAt(0).noOwner('gone', ['tcp bound 10.0.0.1:40000 > 10.0.0.9:443 #1']);
    expect(portOf(reduceAll(early, late), 40_000)).toMatchObject({
      owner: 'slow',
      heldSinceMs: 0,
      remote: '10.0.0.9:443',
    });
  });
});
