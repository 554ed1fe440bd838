/** @import { OwnerAnswer } from '../../api/owner-schema.ts' */
import { element, foreign } from './dom.js';
import { countText, durationText, paceText } from './format.js';
import { paceOf } from './owner-pace.js';

/**
 * A column of numbers or texts: `sort` gives what rows are ordered by, larger first at the first click.
 * @typedef {object} Column
 * @property {string} id
 * @property {string} title
 * @property {string} hint
 * @property {string} [className]
 * @property {(owner: OwnerAnswer, nowMs: number) => number | string} sort
 * @property {(owner: OwnerAnswer, nowMs: number) => string | Node} show
 */

/** @type {readonly Column[]} */
export const COLUMNS = [
  ports('ports', 'Ports', 'ports of both protocols, in any state', ({ ports }) => ports),
  tcp('bound', 'Bound', 'bound and nothing else: no tool but a few shows these', 'roomy'),
  tcp('established', 'Estab.', 'established connections', 'roomy'),
  tcp('close_wait', 'Close wait', 'closed by the other side, and not by the program', 'wide'),
  tcp('time_wait', 'Time wait', 'come back by themselves', 'wide'),
  ports('stuck', 'Stuck', 'held without a connection for longer than --stuck.after', ({ stuck }) => stuck),
  {
    id: 'pace',
    title: 'Per min.',
    hint: 'growth of the TCP ports over the last hour, TIME_WAIT left out; of a leak its present pace',
    sort: (owner) => paceOf(owner) ?? Number.NEGATIVE_INFINITY,
    show(owner) {
      const pace = paceOf(owner);
      return pace === undefined ? '' : faintZero(paceText(pace));
    },
  },
  {
    id: 'oldest',
    title: 'Oldest held',
    hint: 'how long its oldest held port is held',
    className: 'wide',
    sort: ({ oldestHeldMs }, nowMs) => (oldestHeldMs === undefined ? -1 : nowMs - oldestHeldMs),
    show: ({ oldestHeldMs }, nowMs) => (oldestHeldMs === undefined ? '' : durationText(nowMs - oldestHeldMs)),
  },
  {
    id: 'remote',
    title: 'Stuck ports last talked to',
    hint: 'the most frequent last remote of its stuck ports',
    className: 'wide remote',
    sort: ({ stuckRemotes }) => stuckRemotes[0]?.remote ?? stuckRemotes[0]?.class ?? '',
    show: ({ stuckRemotes: [top] }) => (top === undefined ? '' : foreign(top.remote ?? classText(top.class))),
  },
];

/** @param {string} name class of a remote */
export function classText(name) {
  return name === 'other' ? 'not link-local' : name.replaceAll('_', '-');
}

/** @param {string} text */
function faintZero(text) {
  return text === '0' ? element('span', { class: 'zero' }, text) : text;
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} hint
 * @param {(owner: OwnerAnswer) => number | undefined} value undefined: cannot be seen, which is not 0
 * @param {string} [className]
 * @returns {Column}
 */
function ports(id, title, hint, value, className) {
  return {
    id,
    title,
    hint,
    ...(className && { className }),
    sort: (owner) => value(owner) ?? -1,
    show(owner) {
      const count = value(owner);
      return count === undefined ? '' : faintZero(countText(count));
    },
  };
}

/**
 * @param {'bound' | 'established' | 'close_wait' | 'time_wait'} state
 * @param {string} title
 * @param {string} hint
 * @param {string} className
 */
function tcp(state, title, hint, className) {
  return ports(state, title, hint, ({ tcp }) => tcp[state], className);
}
