import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import { AutoTrace } from '../../../../../src/platform/linux/trace/auto-trace.ts';

const MINUTE_MS = 60_000;

interface Stage {
  readonly trace: AutoTrace;
  readonly calls: string[];
  setNow(ms: number): void;
  setRefused(refused: boolean): void;
}

function stage(): Stage {
  const calls: string[] = [];
  let nowMs = 0;
  let isRefused = false;
  const inner = {
    take: () => {
      calls.push('take');
      if (isRefused) throw new ExporterError('EPH_TRACE_UNAVAILABLE', 'refused');
      return { events: [], processes: [], lost: 0, problems: [] };
    },
    poll: () => calls.push('poll'),
    close: () => calls.push('close'),
  };
  return {
    trace: new AutoTrace(inner, () => nowMs),
    calls,
    setNow: (ms) => {
      nowMs = ms;
    },
    setRefused: (refused) => {
      isRefused = refused;
    },
  };
}

describe('automatic trace', () => {
  it('is not touched while no detail is wished for', () => {
    const { trace, calls } = stage();
    expect(trace.follow(false)).toBe(false);
    trace.poll();
    expect(calls).not.toContain('poll');
    expect(trace.standIn).toBe('none');
  });

  it('runs while detail is wished for, and is closed with the wish', () => {
    const { trace, calls } = stage();
    expect(trace.follow(true)).toBe(true);
    trace.take([], []);
    trace.poll();
    expect(trace.follow(false)).toBe(false);
    trace.poll();
    expect(calls).toEqual(['take', 'poll', 'close']);
  });

  it('tells a refusal once and asks for bursts, until it is tried again after ten minutes', () => {
    const { trace, calls, setNow, setRefused } = stage();
    setRefused(true);
    expect(trace.follow(true)).toBe(true);
    expect(() => trace.take([], [])).toThrowError(expect.objectContaining({ code: 'EPH_TRACE_UNAVAILABLE' }));
    for (let minute = 0; minute < 10; minute++) {
      setNow(minute * MINUTE_MS);
      expect(trace.follow(true)).toBe(false);
      trace.poll();
      expect(trace.standIn).toBe('bursts');
    }
    expect(calls).toEqual(['take']);
    setRefused(false);
    setNow(10 * MINUTE_MS);
    expect(trace.follow(true)).toBe(true);
    trace.take([], []);
    expect(trace.standIn).toBe('none');
  });

  it('asks for no bursts when the wish has ended', () => {
    const { trace, setRefused } = stage();
    setRefused(true);
    trace.follow(true);
    expect(() => trace.take([], [])).toThrowError();
    trace.follow(false);
    expect(trace.standIn).toBe('none');
  });
});
