import { RECORDING } from '../recording-names.ts';
import { LEAK_SCOPE } from './leak-stats.ts';
import { limitLine } from './overrides.ts';
import { barGauge, timeSeries } from './panel-kinds.ts';
import type { Section } from './panel-spec.ts';
import { braces, selectorOf } from './selector.ts';

const BY = 'process, instance';

/** Numbers that tell a leak from load. */
export function leakEvidence(): Section {
  const select = selectorOf(LEAK_SCOPE);
  const slope = `(sum by (${BY}) (deriv(${select('process_stuck_ports')}[3h])))[9h:15m]`;
  // Written once an hour, so the last one is asked for.
  const floor = `max by (${BY}, class) (last_over_time(${RECORDING.classMin1d}${braces(LEAK_SCOPE)}[7h]))`;
  const rawFloor = (name: string, states: string): string =>
    `label_replace(sum by (${BY}) (min_over_time(${select('process_ports', { state: `=~"${states}"` })}[1d])), "class", "${name}", "", "")`;
  return {
    row: 'Is it a leak?',
    panels: [
      timeSeries({
        title: 'How constant the pace is',
        reading: {
          shows: 'Slowest three hours divided by the fastest three hours, within the last twelve. 1 is a metronome.',
          good: 'below 0.5, or nothing: no pace at all.',
          bad: 'above 0.5 for half a day.',
          next: 'the daily floor to the right.',
        },
        width: 8,
        height: 8,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [
          { expr: `(min_over_time(${slope}) > 0) / max_over_time(${slope})`, legend: 'slowest / fastest' },
          { expr: 'vector(0.5)', legend: 'a leak is above' },
        ],
        overrides: [limitLine('/^a leak/', 'orange')],
      }),
      timeSeries({
        title: 'Lowest level of the day',
        reading: {
          shows:
            'The fewest ports the program had within the 24 hours before each moment: held (bound, close_wait) and load (established, transient).',
          good: 'steps that go up and down.',
          bad: 'a staircase upwards: even in its quietest hour it has more than the day before.',
          next: 'this sees leaks that hide under daily load.',
        },
        width: 8,
        height: 8,
        unit: 'locale',
        min: 0,
        stepped: true,
        queries: [
          {
            expr: `${floor} or ${rawFloor('held', 'bound|close_wait')} or ${rawFloor('load', 'established|transient')}`,
            legend: '{{class}}',
          },
        ],
      }),
      barGauge({
        title: 'How stuck ports ended, in this time',
        reading: {
          shows:
            'Stuck ports that ended in the time range: closed by the program, used again, or freed because it exited.',
          good: 'closed or used: it tidies up late, but it does.',
          bad: 'only exited: it never lets go by itself.',
          next: 'quote these numbers in the report to its maker.',
        },
        width: 8,
        height: 8,
        unit: 'locale',
        decimals: 0,
        min: 0,
        steps: [{ from: null, color: 'blue' }],
        queries: [
          { expr: `sum by (how) (increase(${select('process_stuck_released_total')}[$__range]))`, legend: '{{how}}' },
        ],
      }),
      timeSeries({
        title: 'Age of the oldest held port',
        reading: {
          shows: 'For how long the oldest port without a connection has been held.',
          good: 'a saw with small teeth.',
          bad: 'a line that climbs a day a day and falls only at a restart.',
          next: 'compare with the age of the process, the dashed line.',
        },
        width: 12,
        height: 8,
        unit: 's',
        min: 0,
        queries: [
          {
            expr: `time() - min by (${BY}) (${select('process_oldest_held_timestamp_seconds')})`,
            legend: 'oldest held port',
          },
          { expr: `time() - min by (${BY}) (${select('process_start_time_seconds')})`, legend: 'process' },
        ],
        overrides: [limitLine('/^process$/', 'blue')],
      }),
      timeSeries({
        title: 'Ports that got stuck an hour',
        reading: {
          shows: 'Ports of the program that became stuck in each hour; it does not fall when some are released.',
          good: 'nothing, or hours with and without.',
          bad: 'the same number every hour.',
          next: 'opened connections an hour: how many of them leak?',
        },
        width: 12,
        height: 8,
        unit: 'locale',
        min: 0,
        queries: [{ expr: `sum by (${BY}) (increase(${select('process_stuck_total')}[1h]))`, legend: 'became stuck' }],
      }),
    ],
  };
}
