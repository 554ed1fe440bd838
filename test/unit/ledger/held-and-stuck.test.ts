import { describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../src/ledger/ledger.ts';
import { groupOf, portOf, socketsOn } from '../../helpers/ledger-view.ts';
import { BOOTED_AT_MS, type SampleBuilder, sampleAt } from '../../helpers/sample-builder.ts';

const MINUTE = 60_000;
const leaky = { pid: 7, startMs: 70 };
const bound = socketsOn(40_000, 12, 'tcp bound 10.0.0.1:PORT #COOKIE');

function newLedger(): Ledger {
  return createLedger({ stuckAfterMs: 15 * MINUTE, processLimit: 50 });
}

function leaking(bootMs: number, sockets: readonly string[] = bound): SampleBuilder {
  return sampleAt(bootMs).owner('leaky', sockets, leaky);
}

/** A ledger that saw the 12 ports of `leaky` become stuck at minute 16. */
function stuckLedger(): Ledger {
  const ledger = newLedger();
  for (const minute of [0, 5, 10, 16]) ledger.reduce(leaking(minute * MINUTE).sample());
  return ledger;
}

describe('held ports', () => {
  it('are held since the sample that showed them first, without events for what was there at the start', () => {
    const ledger = newLedger();
    ledger.reduce(leaking(MINUTE).sample());
    const result = ledger.reduce(leaking(2 * MINUTE, [...bound, 'tcp bound 10.0.0.1:40100 #9']).sample());
    expect(portOf(result, 40_000)?.heldSinceMs).toBe(MINUTE);
    expect(portOf(result, 40_100)?.heldSinceMs).toBe(2 * MINUTE);
    expect(groupOf(result, 'leaky')).toMatchObject({ opened: { tcp: 1, udp: 0 }, released: { tcp: 0 }, stuckTotal: 0 });
  });

  it('are as old as their creation time says, and then stuck at once without an event at the start', () => {
    const created = BOOTED_AT_MS + MINUTE;
    const ledger = newLedger();
    const result = ledger.reduce(leaking(60 * MINUTE, [`tcp bound 10.0.0.1:40000 created=${created}`]).sample());
    expect(portOf(result, 40_000)).toMatchObject({ heldSinceMs: MINUTE, stuck: true });
    expect(groupOf(result, 'leaky')).toMatchObject({ stuckTotal: 0, members: 1 });
  });

  it('become stuck when held for longer than the limit, not before', () => {
    const ledger = newLedger();
    ledger.reduce(leaking(0).sample());
    const atLimit = ledger.reduce(leaking(15 * MINUTE).sample());
    expect(portOf(atLimit, 40_000)?.stuck).toBe(false);
    const after = ledger.reduce(leaking(15 * MINUTE + 1).sample());
    expect(portOf(after, 40_000)?.stuck).toBe(true);
    expect(groupOf(after, 'leaky')?.stuckTotal).toBe(12);
  });

  it('begin anew when the socket is another one', () => {
    const ledger = newLedger();
    ledger.reduce(leaking(0, ['tcp bound 10.0.0.1:40000 #1']).sample());
    const result = ledger.reduce(leaking(MINUTE, ['tcp bound 10.0.0.1:40000 #2']).sample());
    expect(portOf(result, 40_000)?.heldSinceMs).toBe(MINUTE);
    expect(groupOf(result, '(other)')).toMatchObject({ opened: { tcp: 1 }, released: { tcp: 1 } });
  });

  it('go on under a second socket that was bound beside the connection', () => {
    const ledger = newLedger();
    const connection = 'tcp established 10.0.0.1:40000 > 169.254.169.254:80 #1';
    ledger.reduce(leaking(0, [connection, 'tcp bound 10.0.0.1:40000 #2']).sample());
    const result = ledger.reduce(leaking(MINUTE, ['tcp bound 10.0.0.1:40000 #2']).sample());
    expect(portOf(result, 40_000)).toMatchObject({ heldSinceMs: MINUTE, remote: '169.254.169.254:80' });
    expect(groupOf(result, 'leaky')).toMatchObject({ opened: { tcp: 0 }, released: { tcp: 0 } });
  });

  it('are not let go of by passing from bound to close_wait', () => {
    const ledger = newLedger();
    ledger.reduce(leaking(0, ['tcp bound 10.0.0.1:40000 #1']).sample());
    const result = ledger.reduce(leaking(MINUTE, ['tcp close_wait 10.0.0.1:40000 > 10.0.0.9:80 #1']).sample());
    expect(portOf(result, 40_000)).toMatchObject({ heldSinceMs: 0, remote: '10.0.0.9:80' });
  });

  it('are TCP only', () => {
    const ledger = newLedger();
    ledger.reduce(leaking(0, ['udp unconnected 10.0.0.1:40000 #1']).sample());
    const result = ledger.reduce(leaking(60 * MINUTE, ['udp unconnected 10.0.0.1:40000 #1']).sample());
    expect(portOf(result, 40_000, 'udp')).toMatchObject({ heldSinceMs: undefined, stuck: false });
  });
});

describe('stuck ports', () => {
  it('that vanish while their process lives were closed', () => {
    const result = stuckLedger().reduce(leaking(17 * MINUTE, bound.slice(2)).sample());
    expect(groupOf(result, 'leaky')).toMatchObject({
      stuckTotal: 12,
      stuckReleased: { closed: 2, used: 0, exited: 0 },
      released: { tcp: 2 },
    });
  });

  it('of a process that closed its last one were closed too', () => {
    const result = stuckLedger().reduce(sampleAt(17 * MINUTE).sample());
    expect(groupOf(result, 'leaky')?.stuckReleased).toEqual({ closed: 12, used: 0, exited: 0 });
  });

  it.each([
    [
      'a restarted program',
      leaking(17 * MINUTE, [])
        .owner('leaky', [], { pid: 8, startMs: 80 })
        .exited(leaky),
      true,
    ],
    [
      'a reused pid',
      sampleAt(17 * MINUTE).owner('other', ['tcp bound 10.0.0.1:50000 #9'], { pid: 7, startMs: 80 }),
      false,
    ],
  ])('of %s were released by exit', (_what, builder, dropsFirst) => {
    const { processes, ...rest } = builder.sample();
    const result = stuckLedger().reduce({ ...rest, processes: dropsFirst ? processes.slice(1) : processes });
    expect(groupOf(result, 'leaky')?.stuckReleased).toEqual({ closed: 0, used: 0, exited: 12 });
  });

  it('that are closing as orphans of a dead process were released by exit', () => {
    const ledger = newLedger();
    const waiting = socketsOn(40_000, 10, 'tcp close_wait 10.0.0.1:PORT > 10.0.0.9:80 #COOKIE');
    for (const minute of [0, 16]) ledger.reduce(leaking(minute * MINUTE, waiting).sample());
    const closing = waiting.map((text) => text.replace('close_wait', 'last_ack'));
    const result = ledger.reduce(
      sampleAt(17 * MINUTE)
        .noOwner('kernel', closing)
        .exited(leaky)
        .sample(),
    );
    expect(portOf(result, 40_000)).toMatchObject({ state: 'transient', owner: 'leaky', stuck: false });
    expect(groupOf(result, 'leaky')?.stuckReleased).toEqual({ closed: 0, used: 0, exited: 10 });
  });

  it('that connect or listen came to life', () => {
    const sockets = [
      'tcp established 10.0.0.1:40000 > 10.0.0.9:80 #4000000',
      'tcp listen 10.0.0.1:40001 #4000001',
      ...bound.slice(2),
    ];
    const result = stuckLedger().reduce(leaking(17 * MINUTE, sockets).sample());
    expect(groupOf(result, 'leaky')).toMatchObject({
      stuckReleased: { closed: 0, used: 2, exited: 0 },
      opened: { tcp: 0 },
      released: { tcp: 0 },
    });
    expect(portOf(result, 40_000)?.heldSinceMs).toBeUndefined();
  });

  it('that a child inherits from a dead parent are held anew, by the child, who talked to nobody yet', () => {
    const ledger = newLedger();
    ledger.reduce(leaking(0, ['tcp established 10.0.0.1:40000 > 10.0.0.9:80 #4000000']).sample());
    for (const minute of [1, 17]) ledger.reduce(leaking(minute * MINUTE, bound.slice(0, 1)).sample());
    const child = sampleAt(18 * MINUTE).owner('child', bound.slice(0, 1), { pid: 8, startMs: 80 });
    const result = ledger.reduce(child.exited(leaky).sample());
    expect(portOf(result, 40_000)).toMatchObject({ owner: 'child', heldSinceMs: 18 * MINUTE, remote: undefined });
    expect(groupOf(result, 'leaky')).toMatchObject({ stuckReleased: { exited: 1 }, released: { tcp: 1 } });
    expect(groupOf(result, '(other)')?.opened.tcp).toBe(1);
  });
});
