import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import type { PortSource } from '../../../src/platform/source.ts';
import { createWorkerSource } from '../../../src/platform/worker-source.ts';

/** Answers the n-th read of each worker by the n-th behaviour, the last one ever after. */
const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { behaviours, notice, late } = workerData;
  if (behaviours[0] === 'not start') throw new Error('cannot start');
  parentPort.postMessage({ kind: 'ready', notice });
  let reads = 0;
  let hanging;
  parentPort.on('message', (request) => {
    if (request.kind === 'close') return behaviours.includes('stay open') || parentPort.close();
    if (request.kind === 'late') return hanging?.();
    const sample = { takenAtMs: request.id, detail: request.wishes.detail };
    const answer = () => parentPort.postMessage({ kind: 'sample', id: request.id, sample });
    const behaviour = behaviours[Math.min(reads++, behaviours.length - 1)];
    if (behaviour === 'answer' || behaviour === 'stay open') answer();
    if (behaviour === 'answer when late') hanging = answer;
    if (behaviour === 'work until late') {
      while (Atomics.load(late, 0) < request.id) Atomics.wait(late, 0, 0, 5);
      answer();
    }
    if (behaviour === 'fail') parentPort.postMessage({ kind: 'failed', id: request.id, code: 'EPH_WINDOWS_CALL', message: 'no' });
    if (behaviour === 'refuse') parentPort.postMessage({ kind: 'failed', id: 0, code: 'EPH_SOURCE_UNAVAILABLE', message: 'none' });
    if (behaviour === 'die') throw new Error('boom');
    if (behaviour === 'exit') process.exit(3);
    if (behaviour === 'block') for (;;);
  });`;

interface Bench {
  readonly source: PortSource;
  readonly warnings: string[];
  started(): number;
  tidied(): number;
  setNow(ms: number): void;
}

let open: PortSource | undefined;

/** A source whose first worker behaves by the first list, the second by the second, and so on. */
function bench(workers: readonly (readonly string[])[], notice = ''): Bench {
  let started = 0;
  let tidied = 0;
  let now = 0;
  const warnings: string[] = [];
  const blocks = workers.some((behaviours) => behaviours.includes('block'));
  const source = createWorkerSource({
    name: 'test',
    start: ({ late }) => {
      const behaviours = workers[Math.min(started++, workers.length - 1)];
      return new Worker(WORKER, { eval: true, workerData: { behaviours, notice, late }, stderr: true });
    },
    warn: (line) => warnings.push(line),
    tidyUp: () => {
      tidied++;
    },
    // A worker that answers is waited for, however slow the machine; one that blocks needs no more than a moment.
    graceMs: blocks ? 50 : 15_000,
    nowMs: () => now,
  });
  open = source;
  return {
    source,
    warnings,
    started: () => started,
    tidied: () => tidied,
    setNow: (ms) => {
      now = ms;
    },
  };
}

const codeOf = (error: unknown): unknown => (error as { readonly code: unknown }).code;

const read = (source: PortSource, deadlineMs = 15_000): Promise<unknown> =>
  source.read(AbortSignal.timeout(deadlineMs)).then(({ takenAtMs }) => takenAtMs, codeOf);

afterEach(() => open?.close());

describe('a source in a worker', () => {
  it('gives sample after sample of one worker', async () => {
    const { source, started } = bench([['answer']]);
    expect([await read(source), await read(source), started()]).toEqual([1, 2, 1]);
  });

  it('passes on what is wished for', async () => {
    const { source } = bench([['answer']]);
    const deadline = new AbortController().signal;
    expect(await source.read(deadline, { detail: true })).toMatchObject({ detail: true });
    expect(await source.read(deadline)).toMatchObject({ detail: false });
  });

  it.each([
    ['that waits', 'answer when late'],
    ['that works on and on', 'work until late'],
  ])('hurries a worker %s at the deadline and still takes its answer', async (_, behaviour) => {
    const { source } = bench([['answer', behaviour]]);
    await read(source);
    expect(await read(source, 20)).toBe(2);
    expect((await source.read(AbortSignal.abort())).takenAtMs).toBe(3);
  });

  it('replaces a worker that blocks', async () => {
    const { source, started } = bench([['answer', 'block'], ['answer']]);
    await read(source);
    expect(await read(source, 20)).toBe('EPH_READER_TIMEOUT');
    expect(await read(source)).toBe(3);
    expect(started()).toBe(2);
  });

  it.each(['die', 'exit', 'not start'])('fails with a code when the worker does: %s', async (behaviour) => {
    const { source } = bench([[behaviour], ['answer']]);
    expect([await read(source), await read(source)]).toEqual(['EPH_READER_CRASHED', 2]);
  });

  it('replaces a worker that dies, at once and then after a pause that doubles', async () => {
    const { source, started, setNow } = bench([['die'], ['die'], ['die'], ['answer']]);
    await expect(source.read(AbortSignal.timeout(15_000))).rejects.toThrow(/boom/);
    expect(await read(source)).toBe('EPH_READER_CRASHED');
    await expect(source.read(AbortSignal.timeout(15_000))).rejects.toThrow(/tried again in 1 s/);
    expect(started()).toBe(2);
    setNow(1_000);
    expect(await read(source)).toBe('EPH_READER_CRASHED');
    setNow(2_999);
    expect(await read(source)).toBe('EPH_READER_CRASHED');
    expect(started()).toBe(3);
    setNow(3_000);
    expect(await read(source)).toBe(4);
  });

  it('passes on the error of one reading and keeps the worker', async () => {
    const { source, started } = bench([['fail', 'answer']]);
    expect([await read(source), await read(source), started()]).toEqual(['EPH_WINDOWS_CALL', 2, 1]);
  });

  it('passes on the error of a worker that cannot start, and tries another', async () => {
    const { source } = bench([['refuse'], ['answer']]);
    expect([await read(source), await read(source)]).toEqual(['EPH_SOURCE_UNAVAILABLE', 2]);
  });

  it('tells the same notice of two workers once', async () => {
    const { source, warnings } = bench([['answer', 'die'], ['answer']], 'bound not by ffi');
    for (let reading = 0; reading < 3; reading++) await read(source);
    expect(warnings).toEqual(['bound not by ffi']);
  });

  it('refuses a second reading while one is under way', async () => {
    const { source } = bench([['answer when late']]);
    const first = read(source, 200);
    expect(await read(source)).toBe('EPH_READER_TIMEOUT');
    expect(await first).toBe(1);
  });

  it.each(['block', 'stay open'])('ends a worker that does not close by itself: %s', async (behaviour) => {
    const { source, tidied } = bench([['answer', behaviour]]);
    await read(source);
    const underWay = behaviour === 'block' ? read(source) : undefined;
    await source.close();
    expect([await underWay, tidied()]).toEqual([behaviour === 'block' ? 'EPH_SOURCE_UNAVAILABLE' : undefined, 1]);
  });
});
