import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundReaders, makeOldKernel } from '../../helpers/old-kernel.ts';
import type { ReaderOptions } from '../../helpers/read-in-namespace.ts';
import {
  connectAndHold,
  connectLinkLocal,
  connectMapped,
  keepReset,
  leakCloseWait,
  leaveTimeWait,
  overflowBacklog,
} from '../../helpers/recipes/connected.ts';
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

async function readCookies(): Promise<string[]> {
  return (await stage.reader.read()).rows.map(({ cookie, port }) => `${port} ${cookie}`).sort();
}

describe.each(readers)('connected sockets, by %s', (_, reader: ReaderOptions) => {
  beforeEach(async () => {
    stage = await makeStage({ reader });
  });

  it('are seen with their remote and owner (A7)', async () => {
    await expectRows(await connectAndHold(stage.client, stage.server, 300));
  });

  it('wait to be closed by the client that never does, the other end being an orphan (A8)', async () => {
    await expectRows(await leakCloseWait(stage.client, stage.server, 50));
  });

  it('keep their cookie into TIME_WAIT (A9)', async () => {
    let open: string[] = [];
    const truth = await leaveTimeWait(stage.client, stage.server, {
      count: 50,
      whenOpen: async (established) => {
        await expectRows(established);
        open = await readCookies();
      },
    });
    await expectRows(truth);
    expect(await readCookies()).toEqual(open);
  });

  it('leave TIME_WAIT rows when they lived and died between two samples (A10)', async () => {
    await expectRows(await leaveTimeWait(stage.client, stage.server, { count: 1000 }));
  });

  it.each(['closeInThread', 'kill'] as const)('leave TIME_WAIT rows when they end by %s (A11)', async (way) => {
    await expectRows(await leaveTimeWait(stage.client, stage.server, { count: 20, way }));
  });

  it('leave nothing after a reset (A12)', async () => {
    await expectRows(await keepReset(stage.client, stage.server, 20));
  });

  it('wait for an answer while the backlog is full (A13)', async () => {
    await expectRows(await overflowBacklog(stage.client, stage.server));
  });

  it('are of IPv4 when an IPv6 socket uses a mapped address (A16)', async () => {
    await expectRows(await connectMapped(stage.client, stage.server));
  });

  it('are seen with link-local remotes of both families (A17)', async () => {
    await expectRows(await connectLinkLocal(stage.namespace, stage.client, stage.server));
  });
});
