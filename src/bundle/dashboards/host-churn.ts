import { leakExpressions } from './expressions.ts';
import { HOST_SCOPE } from './host-stats.ts';
import { limitLine } from './overrides.ts';
import { stat, timeSeries } from './panel-kinds.ts';
import type { Section } from './panel-spec.ts';
import { PLAIN } from './steps.ts';

/** TIME_WAIT and the turnover of ports: the trouble of too many short connections. */
export function hostChurn(): Section {
  const { select } = leakExpressions(HOST_SCOPE);
  const timeWait = select('state_ports', { state: '="time_wait"', protocol: '="tcp"' });
  const ofOwner = `sum by (process, unit) (${select('process_ports', { state: '="time_wait"' })})`;
  const peak = `sum by (process, unit) (max_over_time(${select('process_ports', { state: '="time_wait"' })}[$__range] @ end()))`;
  const rate = (key: 'process_opened_total' | 'process_released_total'): string =>
    `sum by (instance) (rate(${select(key)}[$__rate_interval])) * 60`;
  return {
    row: 'TIME_WAIT and turnover',
    panels: [
      timeSeries({
        title: 'TIME_WAIT against capacity',
        reading: {
          shows: 'Ports that rest after their connection was closed on this side.',
          good: 'well under half of the capacity.',
          bad: 'over half: new connections to the busiest destination begin to fail. It ends by itself when the load ends; it is no leak.',
          next: 'who closes them, to the right: reuse connections there.',
        },
        width: 10,
        height: 8,
        unit: 'locale',
        min: 0,
        fill: 20,
        queries: [
          { expr: timeWait, legend: 'time_wait {{netns}}' },
          { expr: `0.5 * ${select('capacity', { protocol: '="tcp"' })}`, legend: '50 % of capacity {{netns}}' },
        ],
        overrides: [limitLine('/^50 %/', 'orange')],
      }),
      timeSeries({
        title: 'TIME_WAIT by the program that closed, the 10 largest',
        reading: {
          shows: 'TIME_WAIT has no owner in any table of the system; the exporter remembers who had the port.',
          good: 'spread over the programs that talk.',
          bad: 'one program with thousands: it opens a connection for every request.',
          next: 'turn on keep-alive or a connection pool in that program.',
        },
        width: 10,
        height: 8,
        unit: 'locale',
        min: 0,
        stacked: true,
        queries: [{ expr: `${ofOwner} and topk(10, ${peak})`, legend: '{{process}} {{unit}}' }],
        legend: 'right',
      }),
      stat({
        title: 'Settings',
        reading: {
          shows: 'How long a port rests in TIME_WAIT, and net.ipv4.tcp_tw_reuse (Linux; 2 is for loopback only).',
          good: '60 s on Linux; up to 4 minutes on Windows.',
          bad: 'minutes on a host that opens hundreds of connections a second.',
          next: 'capacity divided by this time is the most connections a second to one destination.',
        },
        width: 4,
        height: 8,
        unit: 'short',
        queries: [
          { expr: select('time_wait_seconds'), legend: 'TIME_WAIT, seconds' },
          { expr: select('tcp_tw_reuse'), legend: 'tcp_tw_reuse' },
        ],
        steps: PLAIN,
        named: true,
      }),
      timeSeries({
        title: 'Ports opened and released a minute',
        reading: {
          shows:
            'Ports that became used and ceased to be, as the samples saw them; one that lived between two samples is not counted.',
          good: 'two lines on top of each other.',
          bad: 'opened stays above released: the difference is what leaks.',
          next: 'the owner whose two lines part, on the leak dashboard.',
        },
        width: 24,
        height: 7,
        unit: 'suffix:/min',
        min: 0,
        queries: [
          { expr: rate('process_opened_total'), legend: 'opened' },
          { expr: rate('process_released_total'), legend: 'released' },
        ],
      }),
    ],
  };
}
