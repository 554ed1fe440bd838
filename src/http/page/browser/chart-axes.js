/** @import { Frame } from './chart-frame.js' */
import { EDGE, HEIGHT } from './chart-frame.js';
import { timeTicks } from './chart-scale.js';
import { drawing } from './dom.js';
import { clockText, countText, dayText } from './format.js';

/** @typedef {{ readonly atMs: number, readonly kind: 'start' | 'executable' }} Mark */

/** Names of marks nearer than this to the one before are left out; their lines stay. */
const MARK_SPACE = 110;
const MARK_NAMES = { start: 'process started', executable: 'program changed' };

/** @param {Frame} frame */
export function drawGrid({ ticks, width, y }) {
  return ticks.map((value) => {
    return drawing('line', { class: 'grid', x1: EDGE.left, x2: width - EDGE.right, y1: y(value), y2: y(value) });
  });
}

/** @param {Frame} frame */
export function drawAxes({ ticks, fromMs, toMs, x, y }) {
  const counts = ticks.map((value) => {
    return drawing('text', { x: EDGE.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, countText(value));
  });
  const times = timeTicks(fromMs, toMs).map(({ atMs, isDay }) => {
    const text = isDay ? dayText(atMs) : clockText(atMs, atMs);
    return drawing('text', { x: x(atMs), y: HEIGHT - 7, 'text-anchor': isDay ? 'start' : 'middle' }, text);
  });
  return [...counts, ...times];
}

/**
 * The end of the range, where it is near enough to be seen.
 * @param {Frame} frame
 * @param {number} capacity
 */
export function drawLimit({ showsLimit, width, y }, capacity) {
  if (!showsLimit) return [];
  const at = y(capacity);
  return [
    drawing('line', { class: 'limit', x1: EDGE.left, x2: width - EDGE.right, y1: at, y2: at }),
    drawing(
      'text',
      { x: width - EDGE.right, y: at - 5, 'text-anchor': 'end' },
      `the range ends at ${countText(capacity)}`,
    ),
  ];
}

/**
 * @param {Frame} frame
 * @param {readonly Mark[]} marks rising
 */
export function drawMarks({ fromMs, toMs, width, x }, marks) {
  let named = Number.NEGATIVE_INFINITY;
  return marks
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .flatMap(({ atMs, kind }) => {
      const at = x(atMs);
      const line = drawing('line', { class: 'mark', x1: at, x2: at, y1: EDGE.top - 8, y2: HEIGHT - EDGE.bottom });
      if (at - named < MARK_SPACE) return [line];
      named = at;
      const isLate = at > width - MARK_SPACE;
      const place = { x: isLate ? at - 4 : at + 4, y: EDGE.top - 9, 'text-anchor': isLate ? 'end' : 'start' };
      return [line, drawing('text', { class: 'mark-name', ...place }, MARK_NAMES[kind])];
    });
}
