/** @import { PoolAnswer, StatusAnswer } from '../../api/status-schema.ts' */
import { drawing, element, foreign, keyedChildren, part, setAttributes, setText } from './dom.js';
import { clockText, countText, durationText, shareText } from './format.js';
import { orderOfStates, STATE_NAMES } from './states.js';

const NEAR_SHARE = 0.8;
const MARKS = [0.8, 0.95];
/** Namespaces may have many ranges; the fullest tell enough. */
const MOST_POOLS = 12;
const URGENT_MS = 24 * 3_600_000;

/** The ranges with their use, the fullest first. */
export function createPools() {
  const parent = part('pools');
  parent.replaceChildren();
  const show = keyedChildren(parent, ({ netns, protocol }) => JSON.stringify([netns, protocol]), createPool);
  return {
    /** @param {StatusAnswer} status */
    update({ pools, takenAtMs = 0 }) {
      const fullest = [...pools].sort((one, other) => shareOf(other) - shareOf(one)).slice(0, MOST_POOLS);
      show(fullest.map((pool) => ({ ...pool, takenAtMs })));
    },
  };
}

/** @typedef {PoolAnswer & { readonly takenAtMs: number }} Pool */

/** @param {Pool} first */
function createPool(first) {
  const place = ['host', 'self'].includes(first.netns) ? '' : foreign(` ${first.netns}`);
  const name = element('div', { class: 'name' }, first.protocol.toUpperCase(), place);
  const share = element('div', { class: 'share' });
  const facts = element('p', { class: 'facts' });
  const legend = element('ul', { class: 'legend facts' });
  const states = orderOfStates(first.protocol).map((state) => {
    const text = element('span');
    const item = element('li', {}, element('i', { class: state }), text);
    return { state, text, item, bar: drawing('rect', { class: state, y: 0, height: 1 }) };
  });
  legend.append(...states.map(({ item }) => item));
  const marks = MARKS.map((at) => drawing('line', { x1: at, x2: at, y1: 0, y2: 1 }));
  const use = drawing(
    'svg',
    { class: 'use', viewBox: '0 0 1 1', preserveAspectRatio: 'none', role: 'img' },
    ...states.map(({ bar }) => bar),
    ...marks,
  );
  const node = element('div', { class: 'pool' }, name, use, share, facts, legend);
  return {
    nodes: [node],
    /** @param {Pool} pool */
    update(pool) {
      const told = shareText(pool.used, pool.capacity);
      setText(share, told);
      setAttributes(share, { class: shareOf(pool) >= NEAR_SHARE ? 'share urgent' : 'share' });
      setAttributes(use, { 'aria-label': `${told} of the range used` });
      let from = 0;
      for (const { state, text, item, bar } of states) {
        const ports = pool.states[/** @type {keyof typeof pool.states} */ (state)] ?? 0;
        const width = pool.capacity === 0 ? 0 : ports / pool.capacity;
        setAttributes(bar, { x: from, width });
        from += width;
        item.hidden = ports === 0;
        setText(text, `${STATE_NAMES[state]} ${countText(ports)}`);
      }
      facts.replaceChildren(...poolFacts(pool));
    },
  };
}

/** @param {Pool} pool */
function poolFacts({ used, capacity, timeLeftMs, headroom, destinations, states, protocol, takenAtMs }) {
  /** @type {(string | Node)[]} */
  const facts = [element('b', {}, countText(used)), ` of ${countText(capacity)} ports used, `];
  facts.push(element('b', {}, countText(Math.max(0, capacity - used))), ' left');
  if (used >= capacity) facts.push('; ', element('b', { class: 'urgent' }, 'new outgoing connections fail'));
  else if (timeLeftMs !== undefined) {
    const left = element('b', { class: timeLeftMs < URGENT_MS ? 'urgent' : false }, durationText(timeLeftMs));
    facts.push('; full in ', left, `, ${clockText(takenAtMs + timeLeftMs, takenAtMs)}`);
  }
  const [busiest] = destinations;
  if (headroom !== undefined && busiest !== undefined && used < capacity) {
    const { low, high } = headroom;
    const left = low === high ? countText(low) : `${countText(low)} to ${countText(high)}`;
    facts.push('. Busiest destination: ');
    if (busiest.remote !== undefined) facts.push(foreign(busiest.remote), ' with ');
    facts.push(`${countText(busiest.used)} ports, room for ${left} more`);
  }
  if (protocol === 'tcp' && !('bound' in states)) facts.push('. Bound ports cannot be seen here: more may be used');
  return facts;
}

/** @param {PoolAnswer} pool */
function shareOf({ used, capacity }) {
  return capacity === 0 ? 1 : used / capacity;
}
