/** How a count of ports grows. */
export interface Growth {
  /** Least-squares slope, ports per minute; negative when it falls. */
  readonly perMinute: number;
  /**
   * Slope of the slowest third of the time over that of the fastest: 1 is a metronome, 0 a count that stood still or fell in
   * one third. Absent when a third has fewer than two points.
   */
  readonly constancy?: number;
  /** Time of the first point that was used: the first of all, or the first after the last reset. */
  readonly sinceMs: number;
}

/** A fall that ends a story: a restart lets go of most ports at once, ebb does not. */
const RESET_SHARE = 0.5;
const RESET_LEAST = 10;
const MINUTE_MS = 60_000;

/**
 * Growth since the last reset (a fall to less than half, by at least 10 ports, between two points) of a series with rising
 * times; undefined when fewer than two points or no time are left.
 */
export function measureGrowth(timesMs: ArrayLike<number>, values: ArrayLike<number>): Growth | undefined {
  const length = Math.min(timesMs.length, values.length);
  const start = startAfterReset(values, length);
  const series = { timesMs, values };
  const perMinute = slopePerMinute(series, start, length);
  if (perMinute === undefined) return undefined;
  const sinceMs = timesMs[start] as number;
  const constancy = constancyOf(series, start, length);
  return constancy === undefined ? { perMinute, sinceMs } : { perMinute, constancy, sinceMs };
}

/** Milliseconds until `free` ports are used up at `perMinute`; undefined when they are not being used up. */
export function timeToExhaustionMs(free: number, perMinute: number): number | undefined {
  if (!(perMinute > 0)) return undefined;
  return (Math.max(0, free) / perMinute) * MINUTE_MS;
}

interface Series {
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

function startAfterReset(values: ArrayLike<number>, length: number): number {
  for (let index = length - 1; index > 0; index--) {
    const before = values[index - 1] as number;
    const now = values[index] as number;
    if (now < before * RESET_SHARE && before - now >= RESET_LEAST) return index;
  }
  return 0;
}

/** Least squares over the points from `start` to before `end`; times are taken from the first, to keep their digits. */
function slopePerMinute({ timesMs, values }: Series, start: number, end: number): number | undefined {
  const count = end - start;
  if (count < 2) return undefined;
  const origin = timesMs[start] as number;
  let sumT = 0;
  let sumV = 0;
  for (let index = start; index < end; index++) {
    sumT += (timesMs[index] as number) - origin;
    sumV += values[index] as number;
  }
  const meanT = sumT / count;
  const meanV = sumV / count;
  let covariance = 0;
  let variance = 0;
  for (let index = start; index < end; index++) {
    const t = (timesMs[index] as number) - origin - meanT;
    covariance += t * ((values[index] as number) - meanV);
    variance += t * t;
  }
  return variance > 0 ? (covariance / variance) * MINUTE_MS : undefined;
}

function constancyOf(series: Series, start: number, end: number): number | undefined {
  const fromMs = series.timesMs[start] as number;
  const lengthMs = (series.timesMs[end - 1] as number) - fromMs;
  const slopes: number[] = [];
  for (let third = 0; third < 3; third++) {
    const first = firstAtOrAfter(series, start, end, fromMs + (third * lengthMs) / 3);
    const last = firstAfter(series, first, end, fromMs + ((third + 1) * lengthMs) / 3);
    const slope = slopePerMinute(series, first, third === 2 ? end : last);
    if (slope === undefined) return undefined;
    slopes.push(slope);
  }
  const slowest = Math.min(...slopes);
  const fastest = Math.max(...slopes);
  return slowest <= 0 ? 0 : slowest / fastest;
}

function firstAtOrAfter({ timesMs }: Series, start: number, end: number, atMs: number): number {
  let index = start;
  while (index < end && (timesMs[index] as number) < atMs) index++;
  return index;
}

function firstAfter({ timesMs }: Series, start: number, end: number, atMs: number): number {
  let index = start;
  while (index < end && (timesMs[index] as number) <= atMs) index++;
  return index;
}
