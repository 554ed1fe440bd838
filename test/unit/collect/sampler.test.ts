import { describe, expect, it } from 'vitest';
import type { CpuBudget } from '../../../src/collect/cpu-budget.ts';
import { failedReport } from '../../../src/collect/failed-report.ts';
import { createSampler, type Sampler, type SamplerOptions } from '../../../src/collect/sampler.ts';
import { ExporterError } from '../../../src/errors.ts';
import type { Report } from '../../../src/model/report.ts';
import type { Sample } from '../../../src/model/sample.ts';

const EMPTY = failedReport(undefined, new ExporterError('EPH_READER_CRASHED', 'none yet'));
const report = (takenAtMs: number): Report => ({ ...EMPTY, takenAtMs, problems: [] });
const sample = (takenAtMs: number): Sample => ({ takenAtMs }) as Sample;

interface Bench {
  readonly sampler: Sampler;
  reads(): number;
  /** Ends the reading under way. */
  answer(result: Sample | Error): Promise<void>;
  setNow(ms: number): void;
  setPaid(paid: boolean): void;
  readonly failures: ExporterError[];
}

function bench(overrides: Partial<SamplerOptions> = {}): Bench {
  let now = 0;
  let paid = true;
  let reads = 0;
  let resolve: (sample: Sample) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const failures: ExporterError[] = [];
  const budget: CpuBudget = {
    sampleBegins: () => {},
    sampleEnds: () => {},
    allowsExtraSample: () => paid,
    delayMs: () => 1_000_000,
    burstDelayMs: () => 1_000_000,
    effectiveIntervalMs: () => 5_000,
  };
  const sampler = createSampler({
    source: {
      name: 'fake',
      read: () => {
        reads++;
        return new Promise((ok, bad) => {
          resolve = ok;
          reject = bad;
        });
      },
      close: async () => {},
    },
    wishes: () => ({ detail: false }),
    judge: async (reading) => report(reading.takenAtMs),
    budget,
    nowMs: () => now,
    scrapesForceSamples: true,
    nextDelayMs: () => undefined,
    onSample: async () => {},
    onReport: () => {},
    onFailure: (error) => failures.push(error),
    ...overrides,
  });
  return {
    sampler,
    reads: () => reads,
    async answer(result) {
      if (result instanceof Error) reject(result);
      else resolve(result);
      await new Promise((done) => setImmediate(done));
    },
    setNow: (ms) => {
      now = ms;
    },
    setPaid: (value) => {
      paid = value;
    },
    failures,
  };
}

describe('the sampler', () => {
  it('tells the source with each reading what is wished for then', async () => {
    const asked: unknown[] = [];
    let detail = false;
    const { sampler } = bench({
      wishes: () => ({ detail }),
      source: {
        name: 'fake',
        read: async (_deadline, wishes) => {
          asked.push(wishes);
          return sample(1);
        },
        close: async () => {},
      },
      nextDelayMs: () => (asked.length < 2 ? 0 : undefined),
      onSample: async () => {
        detail = true;
      },
    });
    sampler.start();
    while (asked.length < 2) await new Promise((done) => setTimeout(done, 1));
    await sampler.stop();
    expect(asked).toEqual([{ detail: false }, { detail: true }]);
  });

  it('shares one reading among all scrapes that wait for it', async () => {
    const { sampler, reads, answer, setNow } = bench();
    sampler.start();
    await answer(sample(1));
    setNow(5_000);
    const scrapes = [sampler.report(1_000), sampler.report(1_000), sampler.report(1_000)];
    await answer(sample(2));
    expect((await Promise.all(scrapes)).map((each) => each?.takenAtMs)).toEqual([2, 2, 2]);
    expect(reads()).toBe(2);
  });

  it('serves the last report without reading again when it is younger than a second', async () => {
    const { sampler, reads, answer, setNow } = bench();
    sampler.start();
    await answer(sample(1));
    setNow(999);
    expect((await sampler.report(1_000))?.takenAtMs).toBe(1);
    expect(reads()).toBe(1);
  });

  it('serves the last report, with its own time, when the CPU budget is spent', async () => {
    const { sampler, reads, answer, setNow, setPaid } = bench();
    sampler.start();
    await answer(sample(1));
    setNow(60_000);
    setPaid(false);
    expect((await sampler.report(1_000))?.takenAtMs).toBe(1);
    expect(reads()).toBe(1);
  });

  it('answers a scrape in time with the last report when the reading is slow', async () => {
    const { sampler, answer, setNow } = bench();
    sampler.start();
    await answer(sample(1));
    setNow(60_000);
    expect((await sampler.report(5))?.takenAtMs).toBe(1);
  });

  it('has no report before the first reading has ended', async () => {
    const { sampler } = bench();
    sampler.start();
    expect(await sampler.report(5)).toBeUndefined();
  });

  it('keeps numbers and time of the last good sample and says that every piece failed', async () => {
    const { sampler, answer, setNow, failures } = bench();
    sampler.start();
    await answer(sample(7));
    setNow(5_000);
    const scrape = sampler.report(1_000);
    await answer(new ExporterError('EPH_READER_CRASHED', 'the reader worker died'));
    const after = await scrape;
    expect(after?.takenAtMs).toBe(7);
    expect(after?.pieces.every(({ success }) => !success)).toBe(true);
    expect(after?.problems.map(({ code }) => code)).toEqual(['EPH_READER_CRASHED']);
    expect(failures.map(({ code }) => code)).toEqual(['EPH_READER_CRASHED']);
  });

  it('hands on every report once it stands, that of a failed reading too', async () => {
    const handed: (Report | undefined)[] = [];
    const { sampler, answer, setNow } = bench({ onReport: () => handed.push(sampler.latest()) });
    sampler.start();
    await answer(sample(7));
    setNow(5_000);
    const scrape = sampler.report(1_000);
    await answer(new ExporterError('EPH_READER_CRASHED', 'the reader worker died'));
    await scrape;
    expect(handed.map((report) => report?.problems.length)).toEqual([0, 1]);
  });

  it('runs work on the ledger only between two samples', async () => {
    const { sampler, answer } = bench();
    sampler.start();
    let settled = false;
    const work = sampler.whenSettled(() => {
      settled = true;
    });
    await new Promise((done) => setImmediate(done));
    expect(settled).toBe(false);
    await answer(sample(1));
    await work;
    expect(settled).toBe(true);
  });

  it('reads no more once it has stopped', async () => {
    const { sampler, reads, answer } = bench({ nextDelayMs: () => 0 });
    sampler.start();
    const stopped = sampler.stop();
    await answer(sample(1));
    await stopped;
    await new Promise((done) => setTimeout(done, 5));
    expect(reads()).toBe(1);
  });
});
