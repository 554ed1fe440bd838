const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Round values from 0 to at least `most`, three to five of them.
 * @param {number} most
 * @returns {number[]}
 */
export function roundTicks(most) {
  const rough = Math.max(1, most) / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * size).find((value) => value >= rough) ?? size);
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, index) => index * step);
}

/**
 * Local midnights, or full hours when the time is a day or shorter: some six of them.
 * @param {number} fromMs unix
 * @param {number} toMs unix
 * @returns {{ readonly atMs: number, readonly isDay: boolean }[]}
 */
export function timeTicks(fromMs, toMs) {
  const isDay = toMs - fromMs > 2 * DAY_MS;
  const hours = [1, 2, 4, 6].find((step) => (toMs - fromMs) / (step * HOUR_MS) <= 7) ?? 12;
  const tick = new Date(fromMs);
  tick.setHours(0, 0, 0, 0);
  const ticks = [];
  while (tick.getTime() <= toMs) {
    if (tick.getTime() >= fromMs) ticks.push({ atMs: tick.getTime(), isDay });
    // By the calendar: a day with a change of the clock has 23 or 25 hours.
    if (isDay) tick.setDate(tick.getDate() + 1);
    else tick.setHours(tick.getHours() + hours);
  }
  return ticks;
}

/**
 * Where a line must break: no samples for three times as long as between samples elsewhere.
 * @param {readonly number[]} timesMs rising
 * @param {number} stepMs
 * @returns {(readonly [from: number, to: number])[]} first and last index of each unbroken run
 */
export function unbrokenRuns(timesMs, stepMs) {
  const gaps = timesMs.slice(1).map((atMs, index) => atMs - /** @type {number} */ (timesMs[index]));
  const usual = [...gaps].sort((one, other) => one - other)[Math.floor(gaps.length / 2)] ?? stepMs;
  const mostMs = 3 * Math.max(stepMs, usual);
  /** @type {[number, number][]} */
  const runs = [];
  let from = 0;
  gaps.forEach((gap, index) => {
    if (gap <= mostMs) return;
    runs.push([from, index]);
    from = index + 1;
  });
  if (timesMs.length > 0) runs.push([from, timesMs.length - 1]);
  return runs;
}

/**
 * Index of the time nearest to `atMs`.
 * @param {readonly number[]} timesMs rising
 * @param {number} atMs
 */
export function nearestIndex(timesMs, atMs) {
  let low = 0;
  let high = timesMs.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (/** @type {number} */ (timesMs[middle]) <= atMs) low = middle;
    else high = middle;
  }
  const [before = 0, after = 0] = [timesMs[low], timesMs[high]];
  return atMs - before <= after - atMs ? low : high;
}
