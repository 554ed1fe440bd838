/** @import { HistoryAnswer } from '../../api/ports-schema.ts' */
import { nearestIndex, roundTicks, timeTicks, unbrokenRuns } from './chart-scale.js';
import { drawing, element, setAttributes, setText } from './dom.js';
import { clockText, countText, momentText } from './format.js';
import { orderOfStates, STATE_NAMES } from './states.js';

const HEIGHT = 240;
const EDGE = { left: 52, right: 12, top: 22, bottom: 24 };
const LEAST_WIDTH = 280;
/** Names of marks nearer than this to the one before are left out; their lines stay. */
const MARK_SPACE = 96;
const MARK_NAMES = { start: 'process started', executable: 'program changed' };

/** @typedef {{ readonly state: string, readonly bottom: readonly number[], readonly top: readonly number[] }} Layer */

/** Ports of one owner over time, stacked by state, with UDP as a line, changes as marks, and the range's end when it is near. */
export function createChart() {
  const picture = drawing('svg', { role: 'img', height: HEIGHT, tabindex: 0 });
  const cursor = drawing('line', { class: 'cursor', y1: EDGE.top, y2: HEIGHT - EDGE.bottom });
  const reading = element('p', { class: 'reading' });
  const legend = element('ul', { class: 'legend small' });
  const node = element('div', { class: 'chart' }, picture, legend, reading);
  /** @type {{ readonly history: HistoryAnswer, readonly capacity: number } | undefined} */
  let shown;
  /** @type {((index: number) => number) | undefined} */
  let xOfIndex;
  let index = -1;

  const draw = () => {
    if (shown === undefined || shown.history.timesMs.length < 2) return;
    const width = Math.max(LEAST_WIDTH, node.clientWidth);
    const { history, capacity } = shown;
    const { timesMs } = history;
    const layers = stackLayers(history);
    const udp = history.ports.udp ?? [];
    const most = Math.max(1, ...[layers.at(-1)?.top ?? [], udp].map(largest));
    const ticks = roundTicks(most * 1.05);
    const top = /** @type {number} */ (ticks.at(-1));
    const [fromMs = 0, toMs = 1] = [timesMs[0], timesMs.at(-1)];
    const x = (/** @type {number} */ atMs) =>
      EDGE.left + ((atMs - fromMs) / (toMs - fromMs)) * (width - EDGE.left - EDGE.right);
    const y = (/** @type {number} */ value) => HEIGHT - EDGE.bottom - (value / top) * (HEIGHT - EDGE.top - EDGE.bottom);
    xOfIndex = (at) => x(timesMs[at] ?? fromMs);
    const runs = unbrokenRuns(timesMs, history.stepSeconds * 1000);
    const points = (/** @type {readonly number[]} */ values, /** @type {number} */ from, /** @type {number} */ to) =>
      timesMs.slice(from, to + 1).map((atMs, at) => `${x(atMs).toFixed(1)},${y(values[from + at] ?? 0).toFixed(1)}`);
    const areas = layers.map(({ state, top: upper, bottom }) => {
      const d = runs.map(
        ([from, to]) => `M${[...points(upper, from, to), ...points(bottom, from, to).reverse()].join('L')}Z`,
      );
      return drawing('path', { class: state, d: d.join('') });
    });
    const udpLines =
      largest(udp) === 0
        ? []
        : [
            drawing('path', {
              class: 'udp',
              d: runs.map(([from, to]) => `M${points(udp, from, to).join('L')}`).join(''),
            }),
          ];
    setAttributes(picture, { viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-label': chartLabel(history, most) });
    picture.replaceChildren(
      ...ticks.map((value) =>
        drawing('line', { class: 'grid', x1: EDGE.left, x2: width - EDGE.right, y1: y(value), y2: y(value) }),
      ),
      ...areas,
      ...udpLines,
      ...ticks.map((value) =>
        drawing('text', { x: EDGE.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, countText(value)),
      ),
      ...timeAxis(fromMs, toMs, x),
      ...(capacity > 0 && capacity <= top ? limitLine(capacity, width, y) : []),
      ...changeMarks(history, x, width),
      cursor,
    );
    legend.replaceChildren(
      ...layers
        .filter(({ top: upper, bottom }) => upper.some((value, at) => value > (bottom[at] ?? 0)))
        .map(({ state }) => {
          return element('li', {}, element('i', { class: state }), STATE_NAMES[state] ?? state);
        }),
      ...udpLines.map(() => element('li', {}, element('i', { class: 'unconnected' }), 'UDP')),
    );
    read(index);
  };

  /** @param {number} at index of the point that is read; -1: none */
  const read = (at) => {
    index = at;
    const { history } = shown ?? {};
    const isRead = history !== undefined && at >= 0 && at < history.timesMs.length && xOfIndex !== undefined;
    setAttributes(cursor, { visibility: isRead ? 'visible' : 'hidden' });
    if (!isRead || xOfIndex === undefined)
      return setText(reading, 'Point at the chart, or focus it and use the arrow keys, to read it.');
    setAttributes(cursor, { x1: xOfIndex(at), x2: xOfIndex(at) });
    const counts = Object.entries(history.ports)
      .map(([state, values]) => ({
        name: state === 'udp' ? 'UDP' : (STATE_NAMES[state] ?? state),
        value: values[at] ?? 0,
      }))
      .filter(({ value }) => value > 0)
      .map(({ name, value }) => `${name} ${countText(value)}`);
    setText(reading, `${momentText(history.timesMs[at] ?? 0)}: ${counts.join(', ') || 'no port'}`);
  };

  picture.addEventListener('pointermove', ({ clientX }) => {
    const { timesMs } = shown?.history ?? { timesMs: [] };
    const box = picture.getBoundingClientRect();
    const scale = (picture.viewBox.baseVal.width || 1) / (box.width || 1);
    const inner = picture.viewBox.baseVal.width - EDGE.left - EDGE.right;
    const share = ((clientX - box.left) * scale - EDGE.left) / inner;
    const [fromMs = 0, toMs = 0] = [timesMs[0], timesMs.at(-1)];
    read(nearestIndex(timesMs, fromMs + share * (toMs - fromMs)));
  });
  picture.addEventListener('pointerleave', () => read(-1));
  picture.addEventListener('blur', () => read(-1));
  picture.addEventListener('keydown', (event) => {
    const last = (shown?.history.timesMs.length ?? 0) - 1;
    const from = index < 0 ? last : index;
    const step = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: from - step, ArrowRight: from + step, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    read(Math.min(last, Math.max(0, to)));
  });
  new ResizeObserver(draw).observe(node);

  return {
    node,
    /** @param {HistoryAnswer} history @param {number} capacity of its TCP range; 0 when not known */
    show(history, capacity) {
      shown = { history, capacity };
      if (history.timesMs.length < 2) this.fail('No history yet: the first points come within minutes.');
      else {
        picture.removeAttribute('hidden');
        draw();
      }
    },
    /** @param {string} message */
    fail(message) {
      picture.setAttribute('hidden', '');
      legend.replaceChildren();
      setText(reading, message);
    },
  };
}

/** @param {HistoryAnswer} history @returns {Layer[]} */
function stackLayers({ timesMs, ports }) {
  let bottom = timesMs.map(() => 0);
  return orderOfStates('tcp').flatMap((state) => {
    const values = ports[/** @type {keyof typeof ports} */ (state)];
    if (values === undefined) return [];
    const layer = { state, bottom, top: bottom.map((value, at) => value + (values[at] ?? 0)) };
    bottom = layer.top;
    return [layer];
  });
}

/** @param {readonly number[]} values */
function largest(values) {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** @param {number} fromMs @param {number} toMs @param {(atMs: number) => number} x */
function timeAxis(fromMs, toMs, x) {
  return timeTicks(fromMs, toMs).map(({ atMs, isDay }) => {
    const text = isDay ? momentText(atMs).slice(0, -9) : clockText(atMs, atMs);
    return drawing('text', { x: x(atMs), y: HEIGHT - 7, 'text-anchor': isDay ? 'start' : 'middle' }, text);
  });
}

/** @param {number} capacity @param {number} width @param {(value: number) => number} y */
function limitLine(capacity, width, y) {
  const at = y(capacity);
  const text = `end of the range: ${countText(capacity)}`;
  return [
    drawing('line', { class: 'limit', x1: EDGE.left, x2: width - EDGE.right, y1: at, y2: at }),
    drawing('text', { x: EDGE.left + 6, y: at - 4 }, text),
  ];
}

/** @param {HistoryAnswer} history @param {(atMs: number) => number} x @param {number} width */
function changeMarks({ changes, timesMs }, x, width) {
  let named = Number.NEGATIVE_INFINITY;
  return changes
    .filter(({ atMs }) => atMs >= (timesMs[0] ?? 0))
    .flatMap(({ atMs, kind }) => {
      const at = x(atMs);
      const line = drawing('line', { class: 'mark', x1: at, x2: at, y1: EDGE.top - 8, y2: HEIGHT - EDGE.bottom });
      if (at - named < MARK_SPACE) return [line];
      named = at;
      const isLate = at > width - 120;
      const place = { x: isLate ? at - 4 : at + 4, y: EDGE.top - 9, 'text-anchor': isLate ? 'end' : 'start' };
      return [line, drawing('text', { class: 'mark-name', ...place }, MARK_NAMES[kind])];
    });
}

/** @param {HistoryAnswer} history @param {number} most */
function chartLabel({ timesMs, ports }, most) {
  const bound = ports.bound ?? [];
  const span = `from ${momentText(timesMs[0] ?? 0)} to ${momentText(timesMs.at(-1) ?? 0)}`;
  return `Ports ${span}, at most ${countText(most)}; bound ports from ${countText(bound[0] ?? 0)} to ${countText(bound.at(-1) ?? 0)}`;
}
