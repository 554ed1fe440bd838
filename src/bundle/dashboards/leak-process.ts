import { LEAK_SCOPE } from './leak-stats.ts';
import { STATE_OVERRIDES } from './overrides.ts';
import { timeSeries } from './panel-kinds.ts';
import type { Section } from './panel-spec.ts';
import { selectorOf } from './selector.ts';

const BY = 'process, instance';

/** The processes behind the name. */
export function leakProcess(): Section {
  const select = selectorOf(LEAK_SCOPE);
  const chart = { width: 8, height: 8, unit: 'locale', min: 0 };
  return {
    row: 'The processes of that name',
    panels: [
      timeSeries({
        ...chart,
        title: 'All ports by state',
        reading: {
          shows: 'Everything the program holds, by state.',
          good: 'green and blue that follow the load.',
          bad: 'red or orange that only grows.',
          next: 'the ramp at the top.',
        },
        stacked: true,
        queries: [{ expr: `sum by (state) (${select('process_ports')})`, legend: '{{state}}' }],
        overrides: STATE_OVERRIDES,
      }),
      timeSeries({
        ...chart,
        title: 'One process or many',
        reading: {
          shows:
            'Stuck ports of the one process that holds most, against those of all processes of that name, and how many there are.',
          good: 'many processes with a few stuck ports each: sessions.',
          bad: 'one process has them all: that one leaks.',
          next: 'find its pid with "ephemeral-port-exporter inspect" on the host.',
        },
        queries: [
          { expr: `sum by (${BY}) (${select('process_stuck_ports')})`, legend: 'stuck, all' },
          { expr: `max by (${BY}) (${select('process_largest_stuck_ports')})`, legend: 'stuck, largest process' },
          { expr: `sum by (${BY}) (${select('process_members')})`, legend: 'processes' },
        ],
        overrides: [
          {
            name: 'processes',
            properties: [
              { id: 'custom.axisPlacement', value: 'right' },
              { id: 'custom.lineStyle', value: { fill: 'dot', dash: [0, 6] } },
            ],
          },
        ],
      }),
      timeSeries({
        ...chart,
        title: 'Open handles or file descriptors',
        reading: {
          shows: 'Handles (Windows) or file descriptors (Linux) of the processes of that name.',
          good: 'flat.',
          bad: 'the same ramp as the ports: the sockets are kept open, not only their ports.',
          next: 'a program that grows here may hit its own limit first.',
        },
        queries: [{ expr: `sum by (${BY}) (${select('process_handles')})`, legend: 'handles' }],
      }),
    ],
  };
}
