import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import {
  createRangeReader,
  listenPortProblem,
  type RangeReader,
} from '../../../../../src/platform/windows/range/range-reader.ts';

interface Bench {
  readonly reader: RangeReader;
  /** The netsh calls so far. */
  readonly calls: string[];
  setRange(first: number, count: number): void;
  /** The named calls fail from now on. */
  setBroken(pattern: RegExp): void;
  setNow(ms: number): void;
}

function bench(): Bench {
  let [now, first, count, broken] = [0, 49_152, 16_384, /^$/];
  const calls: string[] = [];
  const reader = createRangeReader({
    nowMs: () => now,
    run: async (file, args) => {
      const call = [file, ...args].join(' ');
      calls.push(call);
      if (broken.test(call)) throw new ExporterError('EPH_WINDOWS_COMMAND', `${call}: broken`);
      const isRange = args.includes('dynamicport');
      return Buffer.from(isRange ? `a : ${first}\r\nb : ${count}\r\n` : '---- ----\r\n50000 50059\r\n');
    },
  });
  return {
    reader,
    calls,
    setRange: (from, ports) => {
      [first, count] = [from, ports];
    },
    setBroken: (pattern) => {
      broken = pattern;
    },
    setNow: (ms) => {
      now = ms;
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('the range reader', () => {
  it('asks netsh for each protocol and family, and for what is excluded', async () => {
    const { reader, calls } = bench();
    const { ranges, problems } = await reader.read();
    expect(ranges.map(({ protocol, af }) => `${protocol} ${af}`)).toEqual([
      'tcp ipv4',
      'tcp ipv6',
      'udp ipv4',
      'udp ipv6',
    ]);
    const excluded = [{ first: 50_000, last: 50_059 }];
    expect(ranges[0]).toEqual({ protocol: 'tcp', af: 'ipv4', first: 49_152, last: 65_535, excluded });
    expect(problems).toEqual([]);
    expect(calls).toContain('netsh.exe int ipv6 show excludedportrange udp');
    expect(calls).toHaveLength(8);
  });

  it('asks again after five minutes, beside the samples', async () => {
    const { reader, calls, setRange, setNow } = bench();
    await reader.read();
    setRange(10_000, 55_536);
    setNow(299_000);
    await reader.read();
    expect(calls).toHaveLength(8);
    setNow(301_000);
    expect((await reader.read()).ranges[0]?.first).toBe(49_152);
    await settled();
    expect((await reader.read()).ranges[0]?.first).toBe(10_000);
  });

  it('asks at once when the system hands out a port outside of the range', async () => {
    const { reader, setRange, setNow } = bench();
    await reader.read();
    setRange(10_000, 55_536);
    setNow(20_000);
    reader.noticePort('tcp', 'ipv4', 50_100);
    await settled();
    expect((await reader.read()).ranges[0]?.first).toBe(49_152);
    reader.noticePort('tcp', 'ipv4', 12_345);
    await settled();
    expect((await reader.read()).ranges[0]?.first).toBe(10_000);
  });

  it('keeps the ranges, by identity, that have not changed', async () => {
    const { reader, setNow } = bench();
    const { ranges } = await reader.read();
    setNow(400_000);
    await reader.read();
    await settled();
    expect((await reader.read()).ranges).toBe(ranges);
  });

  it('leaves out a family that cannot be read, and says so', async () => {
    const { reader, setBroken } = bench();
    setBroken(/ipv6 show dynamicport/);
    const { ranges, problems } = await reader.read();
    expect(ranges.map(({ af }) => af)).toEqual(['ipv4', 'ipv4']);
    expect(problems.map(({ code }) => code)).toEqual(['EPH_RANGE_UNREADABLE', 'EPH_RANGE_UNREADABLE']);
  });

  it('keeps the last ranges when netsh breaks altogether', async () => {
    const { reader, setBroken, setNow } = bench();
    await reader.read();
    setBroken(/netsh/);
    setNow(400_000);
    await reader.read();
    await settled();
    const { ranges, problems } = await reader.read();
    expect(ranges).toHaveLength(4);
    expect(problems).toHaveLength(4);
  });

  it('tries again soon when it has no range yet', async () => {
    const { reader, setBroken, setNow } = bench();
    setBroken(/netsh/);
    expect((await reader.read()).ranges).toEqual([]);
    setBroken(/^$/);
    setNow(16_000);
    expect((await reader.read()).ranges).toHaveLength(4);
  });
});

describe('a listen port', () => {
  const range = {
    protocol: 'tcp',
    af: 'ipv4',
    first: 1_024,
    last: 65_535,
    excluded: [{ first: 50_000, last: 50_059 }],
  } as const;

  it('inside the range is told with the command that reserves it', () => {
    const problem = listenPortProblem(10_071, [range]);
    expect(problem?.code).toBe('EPH_LISTEN_IN_RANGE');
    const command =
      'netsh int ipv4 add excludedportrange protocol=tcp startport=10071 numberofports=1 store=persistent';
    expect(problem?.message).toContain(command);
  });

  it('outside, reserved, or of a UDP range only is fine', () => {
    expect(listenPortProblem(443, [range])).toBeUndefined();
    expect(listenPortProblem(50_010, [range])).toBeUndefined();
    expect(listenPortProblem(10_071, [{ ...range, protocol: 'udp' }])).toBeUndefined();
  });
});
