/** @import { OwnerAnswer } from '../../api/owner-schema.ts' */
/** @import { StatusAnswer } from '../../api/status-schema.ts' */
/** @import { HistoryAnswer } from '../../api/ports-schema.ts' */
/** @import { Mark } from './chart-axes.js' */
/** @import { Route } from './route.js' */
import { fetchHistory } from './api.js';
import { createChart } from './chart.js';
import { element, foreign, scrollable, setAttributes } from './dom.js';
import { clockText, countText, durationText } from './format.js';
import { classText } from './owner-columns.js';
import { createPortList } from './port-list.js';

const SPANS = [
  { hours: 24, title: 'Last 24 hours' },
  { hours: 192, title: 'Last 8 days' },
];

/**
 * All that is known of one owner: facts, chart, last remotes, ports. It fetches when it is updated, never by itself.
 * @param {OwnerAnswer} first
 */
export function createOwnerSheet(first) {
  const facts = element('p', { class: 'facts' });
  const chart = createChart();
  const remotes = element('div');
  const ports = createPortList(first);
  let hours = 24;
  let drawnToMs = 0;
  let isFetching = false;
  /** @type {() => void} */
  let again = () => {};
  const choices = SPANS.map((span) => {
    const button = element('button', { type: 'button' }, span.title);
    button.addEventListener('click', () => {
      hours = span.hours;
      drawnToMs = 0;
      again();
    });
    return { ...span, button };
  });
  const choice = element('div', { class: 'choice', role: 'group', 'aria-label': 'Time shown' });
  choice.append(...choices.map(({ button }) => button));
  const node = element('div', { class: 'sheet' }, facts, choice, chart.node, remotes, ports.node);

  /**
   * @param {OwnerAnswer} owner
   * @param {StatusAnswer} status
   */
  async function drawHistory(owner, { pools, takenAtMs = 0 }) {
    // A history gains a point a minute; a replay gains many between two refreshes.
    if (isFetching || takenAtMs - drawnToMs < 60_000) return;
    isFetching = true;
    const asked = hours;
    try {
      const history = await fetchHistory(first, asked);
      const pool = pools.find(({ netns, protocol }) => netns === owner.netns && protocol === 'tcp');
      chart.show({ history, capacity: pool?.capacity ?? 0, marks: marksOf(owner, history) });
      drawnToMs = takenAtMs;
    } catch (error) {
      chart.fail(error instanceof Error ? error.message : String(error));
    }
    isFetching = false;
    if (asked !== hours) again();
  }

  return {
    node,
    /**
     * @param {OwnerAnswer} owner
     * @param {StatusAnswer} status
     * @param {Route} route
     */
    update(owner, status, route) {
      facts.replaceChildren(...ownerFacts(owner, status.takenAtMs ?? 0));
      remotes.replaceChildren(...remoteList(owner));
      again = () => {
        for (const { button, hours: own } of choices) setAttributes(button, { 'aria-pressed': String(own === hours) });
        void drawHistory(owner, status);
      };
      again();
      ports.update(owner, route, status.details);
    },
  };
}

/**
 * Changes that the history noted, and the last ones, which may lie before its first point.
 * @param {OwnerAnswer} owner
 * @param {HistoryAnswer} history
 * @returns {Mark[]}
 */
function marksOf({ startMs, executableChangeMs }, { changes, stepSeconds }) {
  /** @type {Mark[]} */
  const marks = [...changes];
  /** @type {[Mark['kind'], number | undefined][]} */
  const last = [
    ['start', startMs],
    ['executable', executableChangeMs],
  ];
  for (const [kind, atMs] of last) {
    if (atMs === undefined) continue;
    const isNoted = changes.some((mark) => mark.kind === kind && Math.abs(mark.atMs - atMs) <= 2 * stepSeconds * 1000);
    if (!isNoted) marks.push({ atMs, kind });
  }
  return marks.sort((one, other) => one.atMs - other.atMs);
}

/**
 * @param {OwnerAnswer} owner
 * @param {number} nowMs
 */
function ownerFacts(owner, nowMs) {
  const told = [element('b', {}, foreign(owner.process)), owner.unit !== '' && foreign(owner.unit)];
  /** @type {string[]} */
  const facts = [`${countText(owner.members)} ${owner.members === 1 ? 'process' : 'processes'} holding ports`];
  if (owner.startMs !== undefined) facts.push(`started ${clockText(owner.startMs, nowMs)}`);
  if (owner.executableChangeMs !== undefined)
    facts.push(`program file changed ${clockText(owner.executableChangeMs, nowMs)}`);
  if (owner.handles !== undefined) facts.push(`${countText(owner.handles)} handles`);
  if (owner.stuck > 0 && owner.members > 1) facts.push(`${countText(owner.largestStuck)} stuck in one process`);
  if (owner.timeLeftMs !== undefined) facts.push(`alone fills the range in ${durationText(owner.timeLeftMs)}`);
  if (owner.growthSinceMs !== undefined) facts.push(`growth measured since ${clockText(owner.growthSinceMs, nowMs)}`);
  return [...told.flatMap((node) => (node === false ? [] : [node, ', '])), facts.join(', '), '.'];
}

/** @param {OwnerAnswer} owner */
function remoteList({ stuckRemotes }) {
  if (stuckRemotes.length === 0) return [];
  const rows = stuckRemotes.map(({ remote, class: name, ports }) => {
    const title = element('td', {}, foreign(remote ?? 'address not told here'));
    return element(
      'tr',
      {},
      title,
      element('td', {}, classText(name)),
      element('td', { class: 'number' }, countText(ports)),
    );
  });
  const heads = ['Remote', 'Class', 'Stuck ports'].map((text, index) => {
    return element('th', { scope: 'col', class: index === 2 ? 'number' : false }, text);
  });
  const head = element('thead', {}, element('tr', {}, ...heads));
  const title = 'Whom its stuck ports last talked to';
  const table = element('table', { class: 'small' }, head, element('tbody', {}, ...rows));
  return [element('h3', {}, title), scrollable(title, table)];
}
