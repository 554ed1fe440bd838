import { rowLink, seriesLink, UID } from './links.ts';
import { column } from './overrides.ts';
import { table, timeSeries } from './panel-kinds.ts';
import type { Section } from './panel-spec.ts';
import { selectorOf } from './selector.ts';
import { joined } from './transformations.ts';

const BY = 'instance, process, unit';

/** The program wherever it runs: these queries leave the chosen instance aside on purpose. */
export function leakOtherHosts(): Section {
  const select = selectorOf(['job', 'protocol', 'process', 'unit']);
  const stuck = select('process_stuck_ports');
  return {
    row: 'The same program on other hosts',
    panels: [
      timeSeries({
        title: 'Stuck ports of the program, the 20 hosts with most',
        reading: {
          shows: 'Stuck ports of this program on every host.',
          good: 'one line that rises, the others flat: something about that host.',
          bad: 'many parallel ramps: something about the program, or about what changed everywhere.',
          next: 'click a line; compare executable changes in the table.',
        },
        width: 12,
        height: 9,
        unit: 'locale',
        min: 0,
        queries: [
          {
            expr: `sum by (instance) (${stuck}) and topk(20, sum by (instance) (${stuck} @ end()))`,
            legend: '{{instance}}',
          },
        ],
        links: [seriesLink('The program on this host', UID.leak, ['instance'])],
        legend: 'right',
      }),
      table({
        title: 'Hosts with the program',
        reading: {
          shows: 'Stuck ports, pace, start and executable change on every host that runs it.',
          good: 'pace 0.',
          bad: 'all hosts whose executable changed at one time have a pace, the others none: it is the update.',
          next: 'click the host.',
        },
        width: 12,
        height: 9,
        unit: 'locale',
        queries: [
          { expr: `sum by (${BY}) (${stuck})` },
          { expr: `sum by (${BY}) (deriv(${stuck}[3h])) * 60` },
          { expr: `max by (${BY}) (${select('process_start_time_seconds')}) * 1000` },
          { expr: `max by (${BY}) (${select('process_executable_change_time_seconds')}) * 1000` },
        ],
        transformations: joined([
          ['instance', 'Host'],
          ['unit', 'Unit'],
          ['Value #A', 'Stuck'],
          ['Value #B', 'Ports/min'],
          ['Value #C', 'Running since'],
          ['Value #D', 'Executable changed'],
        ]),
        sortBy: { column: 'Stuck', descending: true },
        overrides: [
          column('Unit', { width: 130 }),
          column('Stuck', { width: 80 }),
          column('Host', { links: [rowLink('The program on this host', UID.leak, ['instance', 'unit'])] }),
          column('Ports/min', { decimals: 2, width: 90 }),
          column('Running since', { unit: 'dateTimeAsSystem', width: 165 }),
          column('Executable changed', { unit: 'dateTimeAsSystem', width: 165 }),
        ],
      }),
    ],
  };
}
