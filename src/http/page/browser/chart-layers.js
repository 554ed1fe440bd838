/** @import { HistoryAnswer } from '../../api/ports-schema.ts' */
/** @import { Frame } from './chart-frame.js' */
import { unbrokenRuns } from './chart-scale.js';
import { drawing } from './dom.js';
import { orderOfStates } from './states.js';

/**
 * One state of the stack, with its lower and upper edge at each time.
 * @typedef {{ readonly state: string, readonly bottom: readonly number[], readonly top: readonly number[] }} Layer
 */

/**
 * TCP ports by state, each on top of the one before; states that never had a port are left out.
 * @param {HistoryAnswer} history
 * @returns {Layer[]}
 */
export function stackLayers({ timesMs, ports }) {
  let bottom = timesMs.map(() => 0);
  return orderOfStates('tcp').flatMap((state) => {
    const values = ports[/** @type {keyof typeof ports} */ (state)];
    if (values === undefined || largest(values) === 0) return [];
    const layer = { state, bottom, top: bottom.map((value, at) => value + (values[at] ?? 0)) };
    bottom = layer.top;
    return [layer];
  });
}

/**
 * Areas of the layers, and UDP as a line over them; both break where nothing was sampled.
 * @param {HistoryAnswer} history
 * @param {readonly Layer[]} layers
 * @param {Frame} frame
 */
export function drawLayers({ timesMs, ports, stepSeconds }, layers, { x, y }) {
  const runs = unbrokenRuns(timesMs, stepSeconds * 1000);
  /**
   * @param {readonly number[]} values
   * @param {readonly [number, number]} run
   */
  const points = (values, [from, to]) =>
    timesMs.slice(from, to + 1).map((atMs, at) => `${x(atMs).toFixed(1)},${y(values[from + at] ?? 0).toFixed(1)}`);
  const areas = layers.map(({ state, top, bottom }) => {
    const d = runs.map((run) => `M${[...points(top, run), ...points(bottom, run).reverse()].join('L')}Z`);
    return drawing('path', { class: state, d: d.join('') });
  });
  const udp = ports.udp ?? [];
  if (largest(udp) === 0) return areas;
  return [...areas, drawing('path', { class: 'udp', d: runs.map((run) => `M${points(udp, run).join('L')}`).join('') })];
}

/** @param {readonly number[]} values */
export function largest(values) {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
