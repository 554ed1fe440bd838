import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../src/errors.ts';
import { createBackground } from '../../../../src/platform/windows/background.ts';

interface Bench {
  readonly read: () => Promise<number>;
  /** Readings begun so far. */
  begun(): number;
  /** Ends the reading under way. */
  end(result: number | Error): Promise<void>;
  setNow(ms: number): void;
}

function bench(): Bench {
  let now = 0;
  let begun = 0;
  let settle: (result: number | Error) => void = () => {};
  const read = createBackground({
    fetch: () => {
      begun++;
      return new Promise<number>((resolve, reject) => {
        settle = (result) => (typeof result === 'number' ? resolve(result) : reject(result));
      });
    },
    intervalMs: 30_000,
    nowMs: () => now,
  });
  return {
    read,
    begun: () => begun,
    async end(result) {
      settle(result);
      await new Promise((resolve) => setImmediate(resolve));
    },
    setNow: (ms) => {
      now = ms;
    },
  };
}

const trouble = new ExporterError('EPH_WINDOWS_COMMAND', 'it broke');

describe('a reading in the background', () => {
  it('is waited for the first time, by all who ask', async () => {
    const { read, begun, end } = bench();
    const both = Promise.all([read(), read()]);
    await end(1);
    expect(await both).toEqual([1, 1]);
    expect(begun()).toBe(1);
  });

  it('is repeated after its interval without anybody waiting', async () => {
    const { read, begun, end, setNow } = bench();
    const first = read();
    await end(1);
    await first;
    setNow(29_999);
    expect(await read()).toBe(1);
    expect(begun()).toBe(1);
    setNow(30_000);
    expect(await read()).toBe(1);
    expect(begun()).toBe(2);
    await end(2);
    expect(await read()).toBe(2);
  });

  it('that fails is told until one succeeds, and tried again after the interval', async () => {
    const { read, begun, end, setNow } = bench();
    const first = read().catch((error: unknown) => error);
    await end(trouble);
    expect(await first).toBe(trouble);
    await expect(read()).rejects.toBe(trouble);
    expect(begun()).toBe(1);
    setNow(30_000);
    await expect(read()).rejects.toBe(trouble);
    await end(3);
    expect(await read()).toBe(3);
  });
});
