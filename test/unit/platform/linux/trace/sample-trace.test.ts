import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import { SampleTrace } from '../../../../../src/platform/linux/trace/sample-trace.ts';
import { TraceEvents } from '../../../../../src/platform/linux/trace/trace-events.ts';

/** A trace whose readings fail while `state.broken`, and that cannot be started while `state.refused`. */
function traceOf(state: {
  broken: boolean;
  refused: boolean;
  nowMs: number;
  starts: number;
  closes: number;
}): SampleTrace {
  const bootMs = () => state.nowMs;
  const read = () => {
    if (state.broken) throw new Error('EIO');
    return { connections: [], lost: 1 };
  };
  const close = () => {
    state.closes++;
  };
  return new SampleTrace(() => {
    state.starts++;
    if (state.refused) throw new ExporterError('EPH_TRACE_UNAVAILABLE', 'refused');
    const tasks = { begin: () => undefined, find: () => undefined };
    return new TraceEvents({ reader: { read, close }, tasks, describe: () => undefined, bootMs });
  }, bootMs);
}

describe('trace of the samples', () => {
  it('starts with the first need and hands over what came', () => {
    const state = { broken: false, refused: false, nowMs: 0, starts: 0, closes: 0 };
    const trace = traceOf(state);
    trace.poll();
    trace.poll();
    expect(trace.take([], []).lost).toBeGreaterThan(1);
    expect(state.starts).toBe(1);
    trace.close();
    expect(state.closes).toBe(1);
  });

  it('tells every sample that it cannot be had, and tries again once a minute', () => {
    const state = { broken: false, refused: true, nowMs: 0, starts: 0, closes: 0 };
    const trace = traceOf(state);
    for (; state.nowMs < 59_000; state.nowMs += 5_000) {
      expect(() => trace.take([], [])).toThrowError(expect.objectContaining({ code: 'EPH_TRACE_UNAVAILABLE' }));
    }
    expect(state.starts).toBe(1);
    state.nowMs = 61_000;
    state.refused = false;
    expect(trace.take([], []).lost).toBeGreaterThan(0);
  });

  it('is closed when it breaks and started anew later', () => {
    const state = { broken: false, refused: false, nowMs: 0, starts: 0, closes: 0 };
    const trace = traceOf(state);
    trace.poll();
    state.broken = true;
    expect(() => trace.take([], [])).toThrowError(/the trace broke \(EIO\)/);
    expect([state.starts, state.closes]).toEqual([1, 1]);
    state.broken = false;
    state.nowMs = 60_000;
    expect(trace.take([], []).lost).toBeGreaterThan(0);
    expect(state.starts).toBe(2);
  });
});
