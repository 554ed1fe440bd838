import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import type { PortSource } from '../../../src/platform/source.ts';
import { createWorkerSource } from '../../../src/platform/worker-source.ts';

/** Answers the n-th read of each worker by the n-th behaviour, the last one ever after. */
const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { behaviours, notice } = workerData;
  parentPort.postMessage({ kind: 'ready', notice });
  let reads = 0;
  let hanging;
  parentPort.on('message', (request) => {
    if (request.kind === 'close') return parentPort.close();
    if (request.kind === 'late') return hanging?.();
    const answer = () => parentPort.postMessage({ kind: 'sample', id: request.id, sample: { takenAtMs: request.id } });
    const behaviour = behaviours[Math.min(reads++, behaviours.length - 1)];
    if (behaviour === 'answer') answer();
    if (behaviour === 'answer when late') hanging = answer;
    if (behaviour === 'fail') parentPort.postMessage({ kind: 'failed', id: request.id, code: 'EPH_WINDOWS_CALL', message: 'no' });
    if (behaviour === 'refuse') parentPort.postMessage({ kind: 'failed', id: 0, code: 'EPH_SOURCE_UNAVAILABLE', message: 'none' });
    if (behaviour === 'die') throw new Error('boom');
    if (behaviour === 'block') for (;;);
  });`;

interface Bench {
  readonly source: PortSource;
  readonly warnings: string[];
  started(): number;
  setNow(ms: number): void;
}

let open: PortSource | undefined;

/** A source whose first worker behaves by the first list, the second by the second, and so on. */
function bench(workers: readonly (readonly string[])[], notice = ''): Bench {
  let started = 0;
  let now = 0;
  const warnings: string[] = [];
  const source = createWorkerSource({
    name: 'test',
    start: () => {
      const behaviours = workers[Math.min(started++, workers.length - 1)];
      return new Worker(WORKER, { eval: true, workerData: { behaviours, notice }, stderr: true });
    },
    warn: (line) => warnings.push(line),
    graceMs: 50,
    nowMs: () => now,
  });
  open = source;
  return {
    source,
    warnings,
    started: () => started,
    setNow: (ms) => {
      now = ms;
    },
  };
}

const read = (source: PortSource, deadlineMs = 5_000): Promise<unknown> =>
  source.read(AbortSignal.timeout(deadlineMs)).then(
    ({ takenAtMs }) => takenAtMs,
    (error: unknown) => (error as { readonly code: unknown }).code,
  );

afterEach(() => open?.close());

describe('a source in a worker', () => {
  it('gives sample after sample of one worker', async () => {
    const { source, started } = bench([['answer']]);
    expect([await read(source), await read(source), started()]).toEqual([1, 2, 1]);
  });

  it('hurries the worker at the deadline and still takes its answer', async () => {
    const { source } = bench([['answer', 'answer when late']]);
    await read(source);
    expect(await read(source, 20)).toBe(2);
  });

  it('replaces a worker that blocks', async () => {
    const { source, started } = bench([['answer', 'block'], ['answer']]);
    await read(source);
    expect(await read(source, 20)).toBe('EPH_READER_TIMEOUT');
    expect(await read(source)).toBe(3);
    expect(started()).toBe(2);
  });

  it('replaces a worker that dies, at once and then after a pause that doubles', async () => {
    const { source, started, setNow } = bench([['die'], ['die'], ['die'], ['answer']]);
    expect([await read(source), await read(source)]).toEqual(['EPH_READER_CRASHED', 'EPH_READER_CRASHED']);
    expect(await read(source)).toBe('EPH_READER_CRASHED');
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
});
