import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { leakExpressions } from './expressions.ts';
import { HOST_SCOPE } from './host-stats.ts';
import { seriesLink, UID } from './links.ts';
import { colored, fixedColor, limitLine, STATE_OVERRIDES } from './overrides.ts';
import { timeSeries } from './panel-kinds.ts';

/** Four charts over time: how full, what is left, in which states, by whom. */
export function hostHistory(): Panel[] {
  return [usedAgainstCapacity(), headroom(), states(), owners()];
}

function usedAgainstCapacity(): Panel {
  const { select } = leakExpressions(HOST_SCOPE);
  const name = '{{protocol}} {{netns}}';
  return timeSeries({
    title: 'Used against capacity',
    reading: {
      shows:
        'Ports in use, and what the system can hand out. Blue marks: a process started. Purple: an executable changed. Red: an alert fired.',
      good: 'a wave that comes back to the same floor.',
      bad: 'a straight ramp towards the red line, day and night; it drops only when a process exits.',
      next: 'where the ramp begins, look for a blue or purple mark; then the owners below.',
    },
    width: 16,
    height: 9,
    unit: 'locale',
    min: 0,
    fill: 20,
    queries: [
      { expr: select('used'), legend: `used ${name}` },
      { expr: select('capacity'), legend: `capacity ${name}` },
      { expr: `0.95 * ${select('capacity')}`, legend: `95 % ${name}` },
      { expr: `0.8 * ${select('capacity')}`, legend: `80 % ${name}` },
    ],
    overrides: [
      { pattern: '/^used/', properties: [fixedColor('blue')] },
      limitLine('/^capacity/', 'dark-red'),
      limitLine('/^95 %/', 'red'),
      limitLine('/^80 %/', 'orange'),
    ],
  });
}

function headroom(): Panel {
  const { select, free } = leakExpressions(HOST_SCOPE);
  return timeSeries({
    title: 'Headroom',
    reading: {
      shows:
        'Ports left for a bind, and for a new connection to the busiest destination. A snapshot cannot say which sockets lock their port, so the second is between "at least" (all do) and "at most" (only bound and listening ones do).',
      good: 'all lines high.',
      bad: '"at most" near 0: no new connection to that destination, whatever happens. Only "at least" near 0: connections to other places still work.',
      next: '"Busiest destinations" below.',
    },
    width: 8,
    height: 9,
    unit: 'locale',
    min: 0,
    queries: [
      { expr: free, legend: 'bind {{protocol}} {{netns}}' },
      { expr: select('destination_headroom', { estimate: '="low"' }), legend: 'worst destination, at least' },
      { expr: select('destination_headroom', { estimate: '="high"' }), legend: 'worst destination, at most' },
    ],
    overrides: [
      colored('worst destination, at least', 'orange'),
      colored('worst destination, at most', 'green'),
      {
        pattern: '/^bind/',
        properties: [
          { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
          { id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 6] } },
        ],
      },
    ],
  });
}

function states(): Panel {
  const { select } = leakExpressions(HOST_SCOPE);
  return timeSeries({
    title: 'Ports by state',
    reading: {
      shows:
        'Ports in use by the state of their socket. Bound ports have no connection, and netstat does not list them.',
      good: 'green (established) and blue (time_wait) that follow the load.',
      bad: 'red (bound) or orange (close_wait) that only grows: a program forgets to close its sockets.',
      next: 'who holds them: the chart to the right and the table below.',
    },
    width: 12,
    height: 8,
    unit: 'locale',
    min: 0,
    stacked: true,
    queries: [{ expr: `sum by (state) (${select('state_ports')})`, legend: '{{state}}' }],
    overrides: STATE_OVERRIDES,
    legend: 'right',
  });
}

function owners(): Panel {
  const { select } = leakExpressions(HOST_SCOPE);
  const byOwner = `sum by (instance, process, unit) (${select('process_ports')})`;
  const peak = `sum by (instance, process, unit) (max_over_time(${select('process_ports')}[$__range] @ end()))`;
  return timeSeries({
    title: 'Ports by owner, the 10 largest',
    reading: {
      shows:
        'Who has the ports, in all states. TIME_WAIT counts for the program that closed the connection. The dashed line is everything.',
      good: 'bands that follow the load.',
      bad: 'one band that grows at one pace.',
      next: 'click the band for the investigation.',
    },
    width: 12,
    height: 8,
    unit: 'locale',
    min: 0,
    stacked: true,
    queries: [
      { expr: `${byOwner} and topk(10, ${peak})`, legend: '{{process}} {{unit}}' },
      { expr: `sum(${select('used')})`, legend: 'everything' },
    ],
    overrides: [limitLine('/^everything$/', 'text')],
    links: [seriesLink('Investigate this owner', UID.leak, ['instance', 'process', 'unit'])],
    legend: 'right',
  });
}
