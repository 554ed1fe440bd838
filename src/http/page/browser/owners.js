/** @import { OwnerAnswer } from '../../api/owner-schema.ts' */
/** @import { StatusAnswer } from '../../api/status-schema.ts' */
/** @import { Column } from './owner-columns.js' */
/** @import { Route } from './route.js' */
import { element, foreign, keyedChildren, part, setAttributes, setText } from './dom.js';
import { COLUMNS } from './owner-columns.js';
import { createOwnerSheet } from './owner-sheet.js';
import { formatRoute, ownerKey } from './route.js';
import { createSparkline } from './sparkline.js';

/** @typedef {{ readonly owner: OwnerAnswer, readonly status: StatusAnswer, readonly route: Route | undefined }} Row */

const FILLING_SHARE = 0.2;
const WIDTH = COLUMNS.length + 2;

/** The table of owners: by danger, or by the column that was clicked; one of them open. */
export function createOwners() {
  /** @type {{ column: Column | undefined, isDescending: boolean }} */
  const sort = { column: undefined, isDescending: true };
  const body = element('tbody');
  const note = element('p', { class: 'note' });
  const empty = element('p', { class: 'empty', hidden: true }, 'Nobody holds a port of the ranges.');
  const show = keyedChildren(body, (/** @type {Row} */ { owner }) => ownerKey(owner), createRow);
  /** @type {() => void} */
  let again = () => {};
  const heads = COLUMNS.map((column) => createHead(column, sort, () => again()));
  const first = element('th', { scope: 'col' }, 'Process');
  const trend = element('th', { scope: 'col', title: 'TCP ports but TIME_WAIT, each on a scale of its own' }, '24 h');
  const head = element('thead', {}, element('tr', {}, first, trend, ...heads.map(({ node }) => node)));
  const table = element('div', { class: 'scroll' }, element('table', {}, head, body));
  part('owners').replaceChildren(note, table, empty);
  return {
    /**
     * @param {StatusAnswer} status
     * @param {Route | undefined} route
     */
    update(status, route) {
      again = () => {
        for (const { update } of heads) update();
        const { column, isDescending } = sort;
        const order = column === undefined ? 'the most dangerous first' : `by ${column.title.toLowerCase()}`;
        const folded =
          status.foldedGroups > 0
            ? ` ${status.foldedGroups} small ${status.foldedGroups === 1 ? 'one is' : 'ones are'} counted under (other).`
            : '';
        const closed = status.details
          ? ''
          : ' Whom they talked to is told to this host and to authenticated clients only: open the page from loopback, without a proxy.';
        setText(note, `Sorted ${order}.${folded}${closed}`);
        empty.hidden = status.owners.length > 0;
        table.hidden = status.owners.length === 0;
        const owners = [...status.owners];
        if (column !== undefined) owners.sort(orderBy(column, isDescending, status.takenAtMs ?? 0));
        show(owners.map((owner) => ({ owner, status, route })));
      };
      again();
    },
  };
}

/**
 * @param {Column} column
 * @param {{ column: Column | undefined, isDescending: boolean }} sort
 * @param {() => void} onChange
 */
function createHead(column, sort, onChange) {
  const button = element('button', { type: 'button', title: column.hint }, column.title);
  const alignment = column.className?.includes('remote') ? '' : 'number';
  const node = element('th', { scope: 'col', class: `${alignment} ${column.className ?? ''}` }, button);
  // Down, up, then by danger again.
  button.addEventListener('click', () => {
    if (sort.column !== column) Object.assign(sort, { column, isDescending: true });
    else if (sort.isDescending) sort.isDescending = false;
    else sort.column = undefined;
    onChange();
  });
  return {
    node,
    update() {
      const direction = sort.isDescending ? 'descending' : 'ascending';
      setAttributes(node, { 'aria-sort': sort.column === column && direction });
    },
  };
}

/** @param {Row} first */
function createRow({ owner: first }) {
  const name = element('a', { class: 'owner', title: first.process }, foreign(first.process));
  const unit = element('span', { class: 'unit' });
  const place = ['host', 'self'].includes(first.netns) ? '' : `, in ${first.netns}`;
  const muted = element('span');
  unit.append(foreign(first.unit), place, muted);
  const spark = createSparkline();
  const cells = COLUMNS.map((column) => {
    const alignment = column.className?.includes('remote') ? '' : 'number';
    return element('td', { class: `${alignment} ${column.className ?? ''}` });
  });
  const head = element('th', { scope: 'row' }, name, unit);
  const node = element('tr', {}, head, element('td', {}, spark.node), ...cells);
  const cell = element('td', { colspan: WIDTH });
  const detail = element('tr', { class: 'detail', hidden: true }, cell);
  /** @type {ReturnType<typeof createOwnerSheet> | undefined} */
  let sheet;
  return {
    nodes: [node, detail],
    /** @param {Row} row */
    update({ owner, status, route }) {
      const isOpen = route !== undefined && ownerKey(route) === ownerKey(owner);
      const { netns, process, unit: unitName } = owner;
      setAttributes(name, {
        href: isOpen ? '#/' : formatRoute({ netns, process, unit: unitName }),
        'aria-expanded': String(isOpen),
      });
      const isDangerous = owner.isLeaking || isFilling(owner, status);
      setAttributes(node, { class: isDangerous && 'danger' });
      setText(muted, owner.mutedReason === undefined ? '' : ` muted: ${owner.mutedReason}`);
      spark.update(owner.sparkline);
      COLUMNS.forEach((column, index) => {
        const shown = column.show(owner, status.takenAtMs ?? 0);
        const text = typeof shown === 'string' ? shown : shown.textContent;
        if (cells[index]?.textContent !== text) cells[index]?.replaceChildren(shown);
        cells[index]?.classList.toggle('urgent', isDangerous && ['stuck', 'pace'].includes(column.id));
      });
      detail.hidden = !isOpen;
      if (!isOpen) {
        sheet = undefined;
        cell.replaceChildren();
        return;
      }
      if (sheet === undefined) {
        sheet = createOwnerSheet(owner);
        cell.replaceChildren(sheet.node);
      }
      sheet.update(owner, status, route);
    },
  };
}

/**
 * A leak that has filled its range grows no more.
 * @param {OwnerAnswer} owner
 * @param {StatusAnswer} status
 */
function isFilling({ netns, stuck, mutedReason }, { pools }) {
  const pool = pools.find((each) => each.netns === netns && each.protocol === 'tcp');
  return mutedReason === undefined && pool !== undefined && stuck > pool.capacity * FILLING_SHARE;
}

/**
 * @param {Column} column
 * @param {boolean} isDescending
 * @param {number} nowMs
 * @returns {(one: OwnerAnswer, other: OwnerAnswer) => number}
 */
function orderBy(column, isDescending, nowMs) {
  return (one, other) => {
    const [left, right] = [column.sort(one, nowMs), column.sort(other, nowMs)];
    const order = left < right ? -1 : Number(left > right);
    return isDescending ? -order : order;
  };
}
