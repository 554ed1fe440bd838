import { drawing, setAttributes } from './dom.js';
import { countText } from './format.js';

const WIDTH = 60;
const HEIGHT = 16;

/** A small line of counts, each on the scale of its own. */
export function createSparkline() {
  const area = drawing('path');
  const line = drawing('polyline');
  const node = drawing(
    'svg',
    { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' },
    area,
    line,
  );
  return {
    node,
    /** @param {readonly number[]} values */
    update(values) {
      const points = sparklinePoints(values);
      const [first = 0] = values;
      const label = values.length === 0 ? 'no history yet' : `${countText(first)} to ${countText(values.at(-1) ?? 0)}`;
      setAttributes(node, { 'aria-label': label });
      setAttributes(line, { points: points.join(' ') });
      setAttributes(area, { d: points.length < 2 ? '' : `M0,${HEIGHT}L${points.join('L')}L${WIDTH},${HEIGHT}Z` });
    },
  };
}

/**
 * Points from left to right, 0 at the bottom.
 * @param {readonly number[]} values
 */
function sparklinePoints(values) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  return values.map((value, index) => `${(index * step).toFixed(1)},${(HEIGHT - (value / most) * HEIGHT).toFixed(1)}`);
}
