import { roundTicks } from './chart-scale.js';

export const HEIGHT = 240;
export const EDGE = { left: 52, right: 14, top: 22, bottom: 24 };

/** From this share on, the end of the range is drawn, and the picture reaches up to it. */
const NEAR_SHARE = 0.4;

/** Room for the line and its name. */
const HEADROOM = 1.08;

/**
 * Where times and counts lie in the picture, in its own units.
 * @typedef {object} Frame
 * @property {number} width
 * @property {number} fromMs unix
 * @property {number} toMs unix
 * @property {readonly number[]} ticks of the counts
 * @property {boolean} showsLimit
 * @property {(atMs: number) => number} x
 * @property {(count: number) => number} y
 */

/**
 * @param {{ readonly width: number, readonly fromMs: number, readonly toMs: number, readonly most: number, readonly capacity: number }} extent
 * @returns {Frame}
 */
export function createFrame({ width, fromMs, toMs, most, capacity }) {
  const showsLimit = capacity > 0 && most >= capacity * NEAR_SHARE;
  const round = roundTicks(Math.max(1, most * 1.05));
  const top = showsLimit ? capacity * HEADROOM : (round.at(-1) ?? 1);
  const ticks = showsLimit ? roundTicks(capacity).filter((tick) => tick <= top) : round;
  const inner = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  return {
    width,
    fromMs,
    toMs,
    ticks,
    showsLimit,
    x: (atMs) => EDGE.left + ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * inner.width,
    y: (count) => EDGE.top + (1 - count / top) * inner.height,
  };
}

/**
 * The time under a point of the picture.
 * @param {Frame} frame
 * @param {number} x
 */
export function timeAt({ width, fromMs, toMs }, x) {
  return fromMs + ((x - EDGE.left) / (width - EDGE.left - EDGE.right)) * (toMs - fromMs);
}
