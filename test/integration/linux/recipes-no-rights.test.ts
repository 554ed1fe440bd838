import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AS_STRANGER, copyBuiltReader } from '../../helpers/built-copy.ts';
import { bindOnLoopback } from '../../helpers/recipes/bound.ts';
import { connectAndHold } from '../../helpers/recipes/connected.ts';
import { useUdp } from '../../helpers/recipes/limits.ts';
import { sampleText, truthText } from '../../helpers/recipes/truth.ts';
import { makeStage, type Stage } from '../../helpers/stage.ts';

let copy: ReturnType<typeof copyBuiltReader>;
let stage: Stage;
beforeAll(() => {
  copy = copyBuiltReader();
});
afterEach(() => stage.clear());
afterAll(() => copy.remove());

describe('a reader without any right', () => {
  it('sees every socket and says that the owners are hidden from it (A26)', async () => {
    stage = await makeStage({ reader: { directory: copy.path, wrapper: AS_STRANGER } });
    const truth = [
      ...(await bindOnLoopback(stage.client, 50)),
      ...(await connectAndHold(stage.client, stage.server, 50)),
      ...(await useUdp(stage.client)),
    ].map((row) => ({ ...row, owner: 'no_permission' as const }));
    const sample = await stage.reader.readSettled();
    expect(sampleText(sample, truth)).toEqual(truthText(truth));
    expect(sample.namespaces[0]).toMatchObject({ name: 'self', boundVisible: true });
    expect(sample.probes.map(({ code }) => code)).toEqual(['', '', '', '']);
    expect(sample.problems.map(({ code }) => code)).toEqual(['EPH_OWNERS_HIDDEN']);
  });
});
