import { leakExpressions } from './expressions.ts';
import { colored, limitLine, STATE_OVERRIDES } from './overrides.ts';
import { timeSeries } from './panel-kinds.ts';
import type { Section } from './panel-spec.ts';

/** UDP has a range of its own, and a socket there locks its port whatever it talks to. */
export function hostUdp(): Section {
  const { select } = leakExpressions(['job', 'instance', 'netns']);
  const udp = { protocol: '="udp"' } as const;
  const byOwner = `sum by (process, unit) (${select('process_ports', udp)})`;
  const peak = `sum by (process, unit) (max_over_time(${select('process_ports', udp)}[$__range] @ end()))`;
  const rate = (key: 'process_opened_total' | 'process_released_total'): string =>
    `sum by (instance) (rate(${select(key, udp)}[$__rate_interval])) * 60`;
  return {
    row: 'UDP',
    panels: [
      timeSeries({
        title: 'UDP used against capacity',
        reading: {
          shows: 'UDP ports in use by state, against what the system can hand out.',
          good: 'dozens to hundreds.',
          bad: 'a ramp: when it is over, names no longer resolve unless they are cached, which looks like trouble at the other end.',
          next: 'the owners to the right.',
        },
        width: 8,
        height: 8,
        unit: 'locale',
        min: 0,
        stacked: true,
        queries: [
          { expr: `sum by (state) (${select('state_ports', udp)})`, legend: '{{state}}' },
          { expr: select('capacity', udp), legend: 'capacity {{netns}}' },
        ],
        overrides: [...STATE_OVERRIDES, limitLine('/^capacity/', 'dark-red')],
      }),
      timeSeries({
        title: 'UDP ports by owner, the 10 largest',
        reading: {
          shows: 'Who has the UDP ports.',
          good: 'resolvers and browsers, up and down with the load.',
          bad: 'one owner that only grows.',
          next: 'its opened and released ports; UDP leaks are judged by growth alone.',
        },
        width: 8,
        height: 8,
        unit: 'locale',
        min: 0,
        stacked: true,
        queries: [{ expr: `${byOwner} and topk(10, ${peak})`, legend: '{{process}} {{unit}}' }],
      }),
      timeSeries({
        title: 'UDP ports opened and released a minute',
        reading: {
          shows: 'Turnover of UDP ports, as the samples saw it.',
          good: 'two lines on top of each other.',
          bad: 'opened stays above released.',
          next: 'the owner chart to the left.',
        },
        width: 8,
        height: 8,
        unit: 'suffix:/min',
        min: 0,
        queries: [
          { expr: rate('process_opened_total'), legend: 'opened' },
          { expr: rate('process_released_total'), legend: 'released' },
        ],
        overrides: [colored('opened', 'red'), colored('released', 'green')],
      }),
    ],
  };
}
