import { describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../src/ledger/ledger.ts';
import type { Attributed } from '../../../src/model/attributed.ts';
import type { NamespaceRow, Sample } from '../../../src/model/sample.ts';
import { namespaceRow, sampleAt } from '../../helpers/sample-builder.ts';

const OPTIONS = { stuckAfterMs: 900_000, processLimit: 50 };

/** A sample in which `app` has so many bound ports in each namespace; the first namespace is our own. */
function sampleOf(second: number, ports: Readonly<Record<string, number>>): Sample {
  const sockets = Object.entries(ports).flatMap(([netns, count]) =>
    Array.from({ length: count }, (_, index) => {
      const port = 33_000 + index;
      return `tcp bound 127.0.0.1:${port} #${numberOf(netns) * 100_000 + port} in ${netns}`;
    }),
  );
  const builder = sampleAt(second * 1_000).owner('app', sockets);
  const rows = Object.keys(ports).map((name) => namespaceRow(name));
  const built = builder.sample();
  const namespaces = [
    ...built.namespaces,
    ...rows.filter(({ name }) => !built.namespaces.some((row) => row.name === name)),
  ];
  return { ...built, namespaces };
}

const numberOf = (name: string) =>
  [...name].reduce((sum, char) => sum * 31 + (char.codePointAt(0) as number), 7) % 9_973;

/** Pods by number, `ports(index)` each. */
const pods = (count: number, ports: (index: number) => number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`pod${index}`, ports(index)]));

function namesOf({ sample, netnsLabels }: Attributed): string[] {
  return sample.namespaces.flatMap(({ name }, index) => (netnsLabels[index] === name ? [name] : []));
}

function countersOf({ groups }: Attributed, netns: string, process = 'app') {
  const group = groups.find((one) => one.netns === netns && one.process === process);
  return group && { opened: group.opened.tcp, released: group.released.tcp };
}

const reduceAll = (ledger: Ledger, samples: readonly Sample[]): Attributed =>
  samples.map((sample) => ledger.reduce(sample)).at(-1) as Attributed;

describe('namespaces with a name of their own', () => {
  it('are all of them up to 20', () => {
    const ledger = createLedger(OPTIONS);
    const last = reduceAll(ledger, [
      sampleOf(
        0,
        pods(19, () => 1),
      ),
      sampleOf(
        5,
        pods(19, () => 1),
      ),
    ]);
    expect(namesOf(last).length).toBe(20);
    expect(last.groups.some(({ netns }) => netns === '(other)')).toBe(false);
  });

  it('are the 20 that use most of their range beyond that, ours always among them', () => {
    const ledger = createLedger(OPTIONS);
    const last = ledger.reduce(
      sampleOf(
        0,
        pods(30, (index) => index),
      ),
    );
    expect(namesOf(last)).toEqual(['host', ...Array.from({ length: 19 }, (_, index) => `pod${index + 11}`)]);
  });

  it('keep every port: what is folded is counted as (other), in groups that earn their names there', () => {
    const ledger = createLedger(OPTIONS);
    const last = ledger.reduce(
      sampleOf(
        0,
        pods(30, (index) => index + 1),
      ),
    );
    expect(last.ports.length).toBe(465);
    const inOther = [...last.ports.group].filter((group) => last.groups[group]?.netns === '(other)').length;
    expect(inOther).toBe(66);
    expect(last.groups.find(({ netns, process }) => netns === '(other)' && process === 'app')?.kind).toBe('named');
  });

  it('go to a newcomer with twenty ports where twenty others have two each', () => {
    const ledger = createLedger(OPTIONS);
    const idle = pods(40, () => 2);
    const last = reduceAll(ledger, [sampleOf(0, idle), sampleOf(5, { ...idle, leaky: 20 })]);
    expect(namesOf(last)).toContain('leaky');
    expect(namesOf(last).length).toBe(20);
  });

  it('do not flap: a folded one takes a place only with clearly more', () => {
    const ledger = createLedger(OPTIONS);
    const use = pods(25, (index) => 200 + (index < 19 ? 10 : 0));
    ledger.reduce(sampleOf(0, use));
    const rival = reduceAll(ledger, [sampleOf(5, { ...use, pod24: 215 }), sampleOf(10, { ...use, pod24: 260 })]);
    expect(namesOf(rival)).not.toContain('pod24');
    expect(namesOf(ledger.reduce(sampleOf(15, { ...use, pod24: 400 })))).toContain('pod24');
    expect(namesOf(ledger.reduce(sampleOf(20, { ...use, pod24: 400, pod0: 230 })))).toContain('pod24');
  });

  it('yield their places at once when they are gone', () => {
    const ledger = createLedger(OPTIONS);
    ledger.reduce(
      sampleOf(
        0,
        pods(30, (index) => index),
      ),
    );
    const rest = pods(20, (index) => index);
    const { pod0: _, ...kept } = rest;
    expect(namesOf(ledger.reduce(sampleOf(5, kept))).length).toBe(20);
  });

  it('start their counters at 0, and (other) never goes down', () => {
    const ledger = createLedger(OPTIONS);
    const use = pods(25, (index) => (index < 19 ? 50 : 20));
    ledger.reduce(sampleOf(0, use));
    const before = ledger.reduce(sampleOf(5, { ...use, pod24: 30 }));
    expect(countersOf(before, '(other)')).toEqual({ opened: 10, released: 0 });
    const named = ledger.reduce(sampleOf(10, { ...use, pod24: 300 }));
    expect(namesOf(named)).toContain('pod24');
    expect(countersOf(named, '(other)')).toEqual({ opened: 280, released: 0 });
    expect(countersOf(named, 'pod24')).toEqual({ opened: 0, released: 0 });
    const after = ledger.reduce(sampleOf(15, { ...use, pod24: 307 }));
    expect(countersOf(after, '(other)')).toEqual({ opened: 280, released: 0 });
    expect(countersOf(after, 'pod24')).toEqual({ opened: 7, released: 0 });
  });
});

describe('the identity of a namespace', () => {
  const inNamespace = (second: number, sockets: readonly string[], row: Partial<NamespaceRow>): Sample => {
    const built = sampleAt(second * 1_000)
      .owner('app', sockets)
      .sample();
    const namespaces = built.namespaces.map((one) => (one.name === 'pod' ? { ...one, ...row } : one));
    return { ...built, namespaces };
  };
  const held = ['tcp bound 127.0.0.1:40000 #1 in pod'];

  it('keeps an old and a new one of the same inode and name apart', () => {
    const ledger = createLedger(OPTIONS);
    ledger.reduce(inNamespace(0, held, { identity: '5' }));
    const same = ledger.reduce(inNamespace(100, held, { identity: '5' }));
    expect(same.ports.heldSinceMs[0]).toBe(0);
    const other = ledger.reduce(inNamespace(200, held, { identity: '6' }));
    expect(other.ports.heldSinceMs[0]).toBe(200_000);
  });

  it('is taken on by one that had none so far, as in a ledger of an older version', () => {
    const ledger = createLedger(OPTIONS);
    ledger.reduce(inNamespace(0, held, {}));
    expect(ledger.reduce(inNamespace(100, held, { identity: '5' })).ports.heldSinceMs[0]).toBe(0);
    expect(ledger.reduce(inNamespace(200, held, { identity: '6' })).ports.heldSinceMs[0]).toBe(200_000);
  });

  it('remembers its ports when it gets another name', () => {
    const ledger = createLedger(OPTIONS);
    ledger.reduce(inNamespace(0, held, { identity: '5' }));
    const renamed = ledger.reduce(inNamespace(100, held, { identity: '5', name: 'blue' }));
    expect(renamed.ports.heldSinceMs[0]).toBe(0);
    expect(renamed.groups[renamed.ports.group[0] as number]?.netns).toBe('blue');
  });

  it('waits for the ports of a protocol that could not be read in it, and in it alone', () => {
    const ledger = createLedger(OPTIONS);
    const both = [...held, 'tcp bound 127.0.0.1:40001 #2'];
    ledger.reduce(inNamespace(0, both, {}));
    const rows = inNamespace(5, both, {}).namespaces;
    const blind = sampleAt(5_000).sample({
      namespaces: rows.map((row) => ({ ...row, ...(row.name === 'pod' && { unread: ['tcp'] }) })),
    });
    ledger.reduce(blind);
    const back = ledger.reduce(inNamespace(10, both, {}));
    const since = new Map([...back.ports.port].slice(0, 2).map((port, index) => [port, back.ports.heldSinceMs[index]]));
    expect(since).toEqual(
      new Map([
        [40_000, 0],
        [40_001, 10_000],
      ]),
    );
  });
});
