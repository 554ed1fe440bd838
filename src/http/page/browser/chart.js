/** @import { HistoryAnswer } from '../../api/ports-schema.ts' */
/** @import { Mark } from './chart-axes.js' */
/** @import { Frame } from './chart-frame.js' */
import { drawAxes, drawGrid, drawLimit, drawMarks } from './chart-axes.js';
import { createFrame, EDGE, HEIGHT, timeAt } from './chart-frame.js';
import { drawLayers, largest, stackLayers } from './chart-layers.js';
import { nearestIndex } from './chart-scale.js';
import { drawing, element, setAttributes, setText } from './dom.js';
import { countText, momentText } from './format.js';
import { STATE_NAMES } from './states.js';

const LEAST_WIDTH = 280;
/** An owner has a history from its tenth port on; what changed shortly before is what its leak began with. */
const LEAD_MS = 3 * 3_600_000;

/** @typedef {{ readonly history: HistoryAnswer, readonly capacity: number, readonly marks: readonly Mark[] }} Content */

/** Ports of one owner over time, stacked by state, with UDP as a line, changes as marks, and the end of the range. */
export function createChart() {
  const picture = drawing('svg', { role: 'img', height: HEIGHT, tabindex: 0 });
  const cursor = drawing('line', { class: 'cursor', y1: EDGE.top, y2: HEIGHT - EDGE.bottom });
  const reading = element('p', { class: 'reading' });
  const legend = element('ul', { class: 'legend small' });
  const node = element('div', { class: 'chart' }, picture, legend, reading);
  /** @type {Content | undefined} */
  let content;
  /** @type {Frame | undefined} */
  let frame;
  let index = -1;

  const draw = () => {
    if (content === undefined) return;
    const { history, capacity, marks } = content;
    const { timesMs, ports } = history;
    const layers = stackLayers(history);
    const most = Math.max(largest(layers.at(-1)?.top ?? []), largest(ports.udp ?? []));
    const [firstMs = 0, toMs = 0] = [timesMs[0], timesMs.at(-1)];
    const fromMs = marks.find(({ atMs }) => atMs >= firstMs - LEAD_MS && atMs < firstMs)?.atMs ?? firstMs;
    frame = createFrame({ width: Math.max(LEAST_WIDTH, node.clientWidth), fromMs, toMs, most, capacity });
    setAttributes(picture, { viewBox: `0 0 ${frame.width} ${HEIGHT}`, 'aria-label': chartLabel(history, most) });
    picture.replaceChildren(
      ...drawGrid(frame),
      ...drawLayers(history, layers, frame),
      ...drawAxes(frame),
      ...drawLimit(frame, capacity),
      ...drawMarks(frame, marks),
      cursor,
    );
    const shown = layers.map(({ state }) => ({ state, name: STATE_NAMES[state] ?? state }));
    if (largest(ports.udp ?? []) > 0) shown.push({ state: 'unconnected', name: 'UDP' });
    legend.replaceChildren(...shown.map(({ state, name }) => element('li', {}, element('i', { class: state }), name)));
    read(index);
  };

  /** @param {number} at index of the point that is read; -1: none */
  const read = (at) => {
    index = at;
    const atMs = content?.history.timesMs[at];
    setAttributes(cursor, { visibility: atMs === undefined ? 'hidden' : 'visible' });
    if (content === undefined || frame === undefined || atMs === undefined) {
      setText(reading, 'Point at the chart, or focus it and use the arrow keys, to read it.');
      return;
    }
    setAttributes(cursor, { x1: frame.x(atMs), x2: frame.x(atMs) });
    const counts = Object.entries(content.history.ports)
      .map(([state, values]) => ({ name: state === 'udp' ? 'UDP' : STATE_NAMES[state], value: values[at] ?? 0 }))
      .filter(({ value }) => value > 0)
      .map(({ name, value }) => `${name} ${countText(value)}`);
    setText(reading, `${momentText(atMs)}: ${counts.join(', ') || 'no port'}`);
  };

  picture.addEventListener('pointermove', ({ clientX }) => {
    if (content === undefined || frame === undefined) return;
    const box = picture.getBoundingClientRect();
    read(nearestIndex(content.history.timesMs, timeAt(frame, ((clientX - box.left) / box.width) * frame.width)));
  });
  picture.addEventListener('pointerleave', () => read(-1));
  picture.addEventListener('blur', () => read(-1));
  picture.addEventListener('keydown', (event) => {
    const last = (content?.history.timesMs.length ?? 0) - 1;
    const from = index < 0 ? last : index;
    const step = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: from - step, ArrowRight: from + step, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    read(Math.min(last, Math.max(0, to)));
  });
  new ResizeObserver(draw).observe(node);

  /** @param {string} message */
  const fail = (message) => {
    content = undefined;
    picture.setAttribute('hidden', '');
    legend.replaceChildren();
    setText(reading, message);
  };
  return {
    node,
    fail,
    /** @param {Content} next */
    show(next) {
      if (next.history.timesMs.length < 2) {
        fail('No history yet: the first points come within minutes.');
        return;
      }
      content = next;
      picture.removeAttribute('hidden');
      draw();
    },
  };
}

/**
 * @param {HistoryAnswer} history
 * @param {number} most
 */
function chartLabel({ timesMs, ports }, most) {
  const bound = ports.bound ?? [];
  const span = `from ${momentText(timesMs[0] ?? 0)} to ${momentText(timesMs.at(-1) ?? 0)}`;
  return `Ports ${span}, at most ${countText(most)}; bound from ${countText(bound[0] ?? 0)} to ${countText(bound.at(-1) ?? 0)}`;
}
