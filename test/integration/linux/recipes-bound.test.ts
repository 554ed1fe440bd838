import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundReaders, makeOldKernel } from '../../helpers/old-kernel.ts';
import type { ReaderOptions } from '../../helpers/read-in-namespace.ts';
import {
  bindMptcp,
  bindOnLoopback,
  bindOnWildcards,
  bindThenFork,
  bindThenUnreachable,
  bindWithoutPort,
  keepRefused,
  keepRefusedExplicit,
} from '../../helpers/recipes/bound.ts';
import { sampleText, type Truth, truthText } from '../../helpers/recipes/truth.ts';
import { makeStage, type Stage } from '../../helpers/stage.ts';

const oldKernel = makeOldKernel();
const readers = Object.entries(boundReaders(oldKernel));
let stage: Stage;
afterEach(() => stage.clear());
afterAll(() => oldKernel.remove());

async function expectRows(truth: Truth): Promise<void> {
  expect(sampleText(await stage.reader.readSettled(), truth)).toEqual(truthText(truth));
}

describe.each(readers)('sockets that are bound and nothing else, by %s', (name, reader: ReaderOptions) => {
  beforeEach(async () => {
    stage = await makeStage({ reader });
  });

  it('are seen on loopback, where the proc files show none (A1)', async () => {
    await expectRows(await bindOnLoopback(stage.client, 200));
    const lines = (await stage.namespace.exec('cat', '/proc/net/tcp')).trim().split('\n');
    expect(lines.length).toBe(1);
    expect(await stage.namespace.exec('cat', '/proc/net/sockstat')).toMatch(/TCP: inuse 0 /);
  });

  it('are seen on the wildcard of each family (A2)', async () => {
    await expectRows(await bindOnWildcards(stage.client, 20));
  });

  it('are not there when the bind took no port (A3)', async () => {
    await expectRows(await bindWithoutPort(stage.client, 20));
  });

  it('are not there after a refused connection (A4)', async () => {
    await expectRows(await keepRefused(stage.client, 20));
  });

  // The one class that a look cannot tell from a port that was given back.
  it('are there after a refused connection from a port asked for by number, but not for pidfd (A5)', async () => {
    const truth = await keepRefusedExplicit(stage.client);
    await expectRows(name === 'pidfd' ? [] : truth);
  });

  it('are there when the remote could not be reached (A6)', async () => {
    await expectRows(await bindThenUnreachable(stage.client));
  });

  it('are counted once when a child holds them too, and go over to it when the parent ends (A14, A15)', async () => {
    const { truth, child } = await bindThenFork(stage.client, 20);
    try {
      await expectRows(truth);
      await stage.client.kill();
      await expectRows(truth.map((row) => ({ ...row, owner: child })));
    } finally {
      process.kill(child, 'SIGKILL');
    }
  });

  it('are seen when they are MPTCP (A28)', async () => {
    await expectRows(await bindMptcp(stage.client));
  });
});
