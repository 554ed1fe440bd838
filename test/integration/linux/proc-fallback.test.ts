import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { copyBuiltReader } from '../../helpers/built-copy.ts';
import { bindOnLoopback } from '../../helpers/recipes/bound.ts';
import { connectMapped, leakCloseWait, leaveTimeWait } from '../../helpers/recipes/connected.ts';
import { useUdp } from '../../helpers/recipes/limits.ts';
import { sampleText, truthText } from '../../helpers/recipes/truth.ts';
import { makeStage, type Stage } from '../../helpers/stage.ts';

let copy: ReturnType<typeof copyBuiltReader>;
let stage: Stage;
beforeAll(() => {
  copy = copyBuiltReader({ koffi: false });
});
afterEach(() => stage.clear());
afterAll(() => copy.remove());

async function makeFallbackStage(): Promise<Stage> {
  return makeStage({ reader: { directory: copy.path } });
}

describe('a reader on a host where koffi cannot be loaded', () => {
  it('reads the same rows from proc files, but no bound ones, and says so', async () => {
    stage = await makeFallbackStage();
    await bindOnLoopback(stage.client, 5);
    const truth = [...(await leakCloseWait(stage.client, stage.server, 20)), ...(await useUdp(stage.client))];
    const sample = await stage.reader.readSettled();
    expect(sampleText(sample, truth)).toEqual(truthText(truth));
    expect(sample.namespaces[0]?.boundVisible).toBe(false);
    expect(sample.sources).toContainEqual({ piece: 'tcp', source: 'procfs' });
    expect(sample.sources).toContainEqual({ piece: 'bound', source: 'none' });
    expect(sample.problems.map(({ code }) => code)).toEqual(['EPH_BOUND_INVISIBLE', 'EPH_PROBE_FAILED']);
    expect(sample.probes).toEqual([]);
  });

  it('warns in one line, once', async () => {
    stage = await makeFallbackStage();
    await stage.reader.read();
    const { warnings } = await stage.reader.read();
    expect(warnings).toEqual([expect.stringMatching(/^EPH_NETLINK_OPEN: [^\n]*bound-only ports$/)]);
  });

  it('reads mapped addresses and TIME_WAIT like netlink does', async () => {
    stage = await makeFallbackStage();
    const mapped = await connectMapped(stage.client, stage.server);
    expect(sampleText(await stage.reader.readSettled(), mapped)).toEqual(truthText(mapped));
    await stage.clear();
    stage = await makeFallbackStage();
    const timeWait = await leaveTimeWait(stage.client, stage.server, { count: 300 });
    expect(sampleText(await stage.reader.readSettled(), timeWait)).toEqual(truthText(timeWait));
  });
});
