import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { leakExpressions } from './expressions.ts';
import { HOST_SCOPE } from './host-stats.ts';
import { rowLink, UID } from './links.ts';
import { column, nothingText } from './overrides.ts';
import { barGauge, table } from './panel-kinds.ts';
import { joined } from './transformations.ts';

const BY = 'instance, netns, process, unit';

/** Owners as a table, and the busiest destinations. */
export function hostOwners(): Panel[] {
  return [ownerTable(), destinations()];
}

function ownerTable(): Panel {
  const { select } = leakExpressions(HOST_SCOPE);
  const inState = (state: string): string => `sum by (${BY}) (${select('process_ports', { state })})`;
  const held = select('process_ports', { state: '=~"bound|close_wait"' });
  return table({
    title: 'Owners',
    reading: {
      shows:
        'Every named owner of ports on this host, those with most stuck ports on top. Stuck: held without a connection for longer than 15 minutes (or as set). Ports/min: growth of held ports over the last hour.',
      good: 'no stuck ports, or a few that do not grow.',
      bad: 'stuck ports in the hundreds, growing, the oldest as old as the process.',
      next: 'click the process for the investigation.',
    },
    width: 16,
    height: 9,
    unit: 'locale',
    queries: [
      { expr: inState('="bound"') },
      { expr: inState('="established"') },
      { expr: inState('="time_wait"') },
      { expr: inState('="close_wait"') },
      { expr: `sum by (${BY}) (${select('process_stuck_ports')})` },
      { expr: `sum by (${BY}) (deriv(${held}[1h])) * 60` },
      { expr: `time() - min by (${BY}) (${select('process_oldest_held_timestamp_seconds')})` },
    ],
    transformations: joined([
      ['process', 'Process'],
      ['unit', 'Unit'],
      ['Value #E', 'Stuck'],
      ['Value #F', 'Ports/min'],
      ['Value #A', 'Bound'],
      ['Value #B', 'Established'],
      ['Value #C', 'TIME_WAIT'],
      ['Value #D', 'CLOSE_WAIT'],
      ['Value #G', 'Oldest held'],
    ]),
    sortBy: { column: 'Stuck', descending: true },
    overrides: [
      column('Unit', { width: 150 }),
      column('Process', { width: 170, links: [rowLink('Investigate this owner', UID.leak, ['process', 'unit'])] }),
      column('Stuck', {
        cell: 'text',
        width: 80,
        steps: [
          { from: null, color: 'text' },
          { from: 1, color: 'orange' },
          { from: 100, color: 'red' },
        ],
      }),
      column('Ports/min', { decimals: 2, width: 90 }),
      column('CLOSE_WAIT', { width: 110 }),
      column('Oldest held', { unit: 's', decimals: 1, width: 110 }),
    ],
  });
}

function destinations(): Panel {
  const { select } = leakExpressions(HOST_SCOPE);
  return barGauge({
    title: 'Busiest destinations',
    longNames: true,
    reading: {
      shows:
        'Ports serving one remote address and port, TIME_WAIT included; the five busiest, "(other)" is the busiest of the rest.',
      good: 'well under the capacity each.',
      bad: 'one destination near the capacity: connections to it fail first, to all others not.',
      next: 'reuse connections to it (a pool), or give it more addresses.',
    },
    width: 8,
    height: 9,
    unit: 'locale',
    min: 0,
    queries: [{ expr: `sort_desc(sum by (remote) (${select('destination_used')}))`, legend: '{{remote}}' }],
    steps: [{ from: null, color: 'blue' }],
    noValue: 'no connections, or remotes are kept private',
    mappings: [nothingText('no connections, or remotes are kept private', 'text')],
  });
}
