/** @import { OwnerAnswer } from '../../api/owner-schema.ts' */
/** @import { PortAnswer, PortsAnswer } from '../../api/ports-schema.ts' */
/** @import { Route } from './route.js' */
import { fetchPorts } from './api.js';
import { element, foreign, keyedChildren, setAttributes, setText } from './dom.js';
import { countText, durationText, momentText } from './format.js';
import { createJourney } from './journey.js';
import { formatRoute } from './route.js';
import { STATE_NAMES } from './states.js';

const PAGE = 15;
const MOST = 1000;
/** The list of a leak changes with every refresh; this often is enough to read it. */
const REFRESH_MS = 15_000;

/** @typedef {{ readonly port: PortAnswer, readonly owner: OwnerAnswer, readonly route: Route, readonly takenAtMs: number }} Row */

/**
 * The stuck ports of an owner, or all of its ports when none is stuck; one of them open with its journey.
 * @param {OwnerAnswer} first
 */
export function createPortList(first) {
  const title = element('h3');
  const note = element('p', { class: 'note' });
  const body = element('tbody');
  const head = element('tr', {}, ...['Port', 'State', 'Held for', 'Process id', 'Last remote'].map(headCell));
  const table = element('div', { class: 'scroll', hidden: true });
  table.append(element('table', { class: 'small' }, element('thead', {}, head), body));
  const more = element('button', { type: 'button', class: 'more', hidden: true }, 'Show more');
  const node = element('div', {}, title, note, table, more);
  const show = keyedChildren(body, (/** @type {Row} */ { port }) => `${port.protocol}/${port.port}`, createRow);
  /** @type {PortsAnswer | undefined} */
  let answer;
  let limit = PAGE;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let isFetching = false;
  /** @type {() => void} */
  let again = () => {};

  /** @param {OwnerAnswer} owner */
  async function refresh(owner) {
    if (isFetching || performance.now() - fetchedAtMs < REFRESH_MS) return;
    isFetching = true;
    fetchedAtMs = performance.now();
    try {
      answer = await fetchPorts(first, { stuck: owner.stuck > 0, limit });
      setText(note, answer.total === 0 ? 'None at present.' : '');
    } catch (error) {
      setText(note, `The ports cannot be told: ${error instanceof Error ? error.message : error}`);
    }
    isFetching = false;
    again();
  }
  more.addEventListener('click', () => {
    limit = Math.min(MOST, limit * 4);
    fetchedAtMs = Number.NEGATIVE_INFINITY;
    again();
  });

  return {
    node,
    /**
     * @param {OwnerAnswer} owner
     * @param {Route} route
     * @param {boolean} details whether ports are told to us at all
     */
    update(owner, route, details) {
      const kind = owner.stuck > 0 ? 'Its stuck ports' : 'Its ports';
      setText(title, kind);
      if (!details) {
        setText(
          note,
          'Ports and addresses are told to this host and to authenticated clients only: open the page from loopback, without a proxy.',
        );
        return;
      }
      again = () => {
        if (answer !== undefined) {
          const { ports, total, takenAtMs } = answer;
          show(ports.map((port) => ({ port, owner, route, takenAtMs })));
          setText(title, total > ports.length ? `${kind}: ${countText(ports.length)} of ${countText(total)}` : kind);
          table.hidden = ports.length === 0;
          more.hidden = ports.length >= Math.min(total, MOST);
        }
        void refresh(owner);
      };
      again();
    },
  };
}

/** @param {string} title */
function headCell(title) {
  const isAside = title === 'Process id';
  return element('th', { scope: 'col', class: isAside ? 'number roomy' : false }, title);
}

/** @param {Row} first */
function createRow({ port: first }) {
  const link = element('a', {}, `${first.protocol} ${first.port}`);
  const [state, held, pid, remote] = [
    element('td'),
    element('td'),
    element('td', { class: 'number roomy' }),
    element('td'),
  ];
  const node = element('tr', {}, element('td', {}, link), state, held, pid, remote);
  const cell = element('td', { colspan: 5 });
  const detail = element('tr', { class: 'detail', hidden: true }, cell);
  /** @type {ReturnType<typeof createJourney> | undefined} */
  let journey;
  return {
    nodes: [node, detail],
    /** @param {Row} row */
    update({ port, owner: { netns, process, unit }, route, takenAtMs }) {
      const isOpen = route.protocol === port.protocol && route.port === port.port;
      const open = isOpen ? {} : { protocol: port.protocol, port: port.port };
      setAttributes(link, {
        href: formatRoute({ netns, process, unit, ...open }),
        'aria-expanded': String(isOpen),
      });
      setText(state, STATE_NAMES[port.state] ?? port.state);
      const since = port.heldSinceMs;
      setText(held, since === undefined ? '' : durationText(takenAtMs - since));
      setAttributes(held, { title: since !== undefined && momentText(since) });
      setText(pid, port.pid === undefined ? '' : String(port.pid));
      const told = port.remote ?? (since === undefined ? '' : '(never seen)');
      if (remote.textContent !== told) remote.replaceChildren(foreign(told));
      detail.hidden = !isOpen;
      if (isOpen && journey === undefined) {
        journey = createJourney(port);
        cell.replaceChildren(journey.node);
      } else if (!isOpen) {
        journey = undefined;
        cell.replaceChildren();
      }
      journey?.update(takenAtMs);
    },
  };
}
