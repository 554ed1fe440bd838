import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { capacityOf } from '../../../src/model/port-range.ts';
import { boundReaders, makeOldKernel } from '../../helpers/old-kernel.ts';
import type { ReaderOptions, ReadSample } from '../../helpers/read-in-namespace.ts';
import {
  churnConnections,
  fillByBinding,
  fillByConnecting,
  setSmallRange,
  useUdp,
} from '../../helpers/recipes/limits.ts';
import { sampleText, type Truth, truthText } from '../../helpers/recipes/truth.ts';
import { makeStage, type Stage } from '../../helpers/stage.ts';

const oldKernel = makeOldKernel();
const readers = Object.entries(boundReaders(oldKernel));
let stage: Stage;
afterEach(() => stage.clear());
afterAll(() => oldKernel.remove());

async function expectRows(truth: Truth): Promise<ReadSample> {
  const sample = await stage.reader.readSettled();
  expect(sampleText(sample, truth)).toEqual(truthText(truth));
  return sample;
}

function tcpCapacity({ namespaces }: ReadSample): number {
  return capacityOf((namespaces[0]?.ranges ?? []).filter(({ protocol }) => protocol === 'tcp'));
}

function probeCodes({ probes }: ReadSample): string[] {
  return probes.map(({ protocol, af, code }) => `${protocol} ${af} ${code || 'ok'}`);
}

describe.each(readers)('a range, by %s', (_, reader: ReaderOptions) => {
  it('has 28,232 ports by default, and is that of our namespace', async () => {
    stage = await makeStage({ reader });
    const sample = await stage.reader.read();
    expect(tcpCapacity(sample)).toBe(28_232);
    expect(sample.namespaces[0]?.name).toBe('self');
    expect(sample.namespaces[0]?.inode).toBe(
      /\d+/.exec(await stage.namespace.exec('readlink', '/proc/self/ns/net'))?.[0],
    );
    expect(sample.tcpTwReuse).toBe(0);
  });

  it('is full of connections to one destination while another still works (A19)', async () => {
    stage = await makeStage({ reader, prepare: setSmallRange });
    const { truth, sameDestination, otherDestination } = await fillByConnecting(stage.client, stage.server, 100);
    expect([sameDestination, otherDestination]).toEqual(['EADDRNOTAVAIL', '']);
    const sample = await expectRows(truth);
    expect(new Set(sample.rows.map(({ port }) => port)).size).toBe(100);
    expect(probeCodes(sample)).toEqual(['tcp ipv4 EADDRINUSE', 'tcp ipv6 ok', 'udp ipv4 ok', 'udp ipv6 ok']);
  });

  it('is full of bound ports, and no destination works (A20)', async () => {
    stage = await makeStage({ reader, prepare: setSmallRange });
    const { truth, sameDestination, otherDestination } = await fillByBinding(stage.client, stage.server, 100);
    expect([sameDestination, otherDestination]).toEqual(['EADDRNOTAVAIL', 'EADDRNOTAVAIL']);
    const sample = await expectRows(truth);
    expect(sample.namespaces[0]?.boundVisible).toBe(true);
    expect(probeCodes(sample)[0]).toBe('tcp ipv4 EADDRINUSE');
  });

  it('is smaller by its reserved ports (A21)', async () => {
    stage = await makeStage({ reader, prepare: (namespace) => setSmallRange(namespace, '40000-40049') });
    const { truth, sameDestination } = await fillByConnecting(stage.client, stage.server, 50);
    expect(sameDestination).toBe('EADDRNOTAVAIL');
    const sample = await expectRows(truth);
    expect(tcpCapacity(sample)).toBe(50);
    expect(sample.rows.every(({ port }) => port >= 40_050)).toBe(true);
  });

  it('is followed when it changes (A23)', async () => {
    stage = await makeStage({ reader });
    const before = await useUdp(stage.client);
    await expectRows(before);
    await stage.namespace.setSysctl('net.ipv4.ip_local_port_range', '20000 20999');
    const after = await useUdp(stage.client);
    expect(after.every(({ port }) => port >= 20_000 && port <= 20_999)).toBe(true);
    expect(tcpCapacity(await expectRows(after))).toBe(1000);
  });
});

describe.each(readers)('UDP sockets, by %s', (_, reader: ReaderOptions) => {
  it('are seen bound, connected and bound by sending, and not when only opened (A18)', async () => {
    stage = await makeStage({ reader });
    await expectRows(await useUdp(stage.client));
  });
});

describe.each(readers)('a host with 2,000 short connections a second, by %s', (_, reader: ReaderOptions) => {
  it('is read whole each time, no socket twice, and nearly every owner is known (A25)', async () => {
    stage = await makeStage({ reader });
    await churnConnections(stage.client, 2000);
    const { pid } = stage.client;
    let open = 0;
    let unresolved = 0;
    for (let round = 0; round < 8; round++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const sample = await stage.reader.read();
      expect(sample.pieces.filter(({ success }) => !success)).toEqual([]);
      expect(new Set(sample.rows.map(({ cookie }) => cookie)).size).toBe(sample.rows.length);
      // The first samples look for everything at once.
      if (round < 3) continue;
      const held = sample.rows.filter(({ state }) => state === 'established');
      open += held.length;
      unresolved += held.filter(({ owner }) => owner !== pid).length;
      expect(held.filter(({ owner }) => typeof owner === 'number' && owner !== pid)).toEqual([]);
    }
    expect(open).toBeGreaterThan(1000);
    expect(unresolved / open).toBeLessThan(0.1);
  });
});
