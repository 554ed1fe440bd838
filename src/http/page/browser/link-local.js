/** @import { StatusAnswer } from '../../api/status-schema.ts' */
import { element, foreign, part, scrollable } from './dom.js';
import { countText } from './format.js';
import { classText } from './owner-columns.js';

/** Who talks to link-local addresses: shown only when somebody does, or did since the exporter started. */
export function createLinkLocal() {
  const [section, parent] = [part('link-local-section'), part('link-local')];
  const body = element('tbody');
  const heads = ['Process', 'Class', 'Connections now', 'Opened since start'].map((title, index) => {
    return element('th', { scope: 'col', class: index > 1 ? 'number' : false }, title);
  });
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...heads)), body);
  parent.replaceChildren(scrollable('Link-local connections', table));
  return {
    /** @param {StatusAnswer} status */
    update({ owners }) {
      const rows = owners.flatMap(({ process, unit, linkLocal }) =>
        Object.entries(linkLocal)
          .filter(([, { connections, opened }]) => connections + opened > 0)
          .map(([name, { connections, opened }]) => ({ process, unit, name, connections, opened })),
      );
      rows.sort((one, other) => other.opened + other.connections - one.opened - one.connections);
      section.hidden = rows.length === 0;
      body.replaceChildren(
        ...rows.map(({ process, unit, name, connections, opened }) => {
          const title = element('span', { class: 'owner', title: process }, foreign(process));
          return element(
            'tr',
            {},
            element('th', { scope: 'row' }, title, unit !== '' && element('span', {}, foreign(unit))),
            element('td', {}, classText(name)),
            element('td', { class: 'number' }, countText(connections)),
            element('td', { class: 'number' }, countText(opened)),
          );
        }),
      );
    },
  };
}
