import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { nothingText } from './overrides.ts';
import { stat } from './panel-kinds.ts';
import { type ScopeVariable, selectorOf } from './selector.ts';
import { PLAIN, TIME_LEFT_STEPS } from './steps.ts';

export const LEAK_SCOPE: readonly ScopeVariable[] = ['job', 'instance', 'netns', 'protocol', 'process', 'unit'];

/** What a time in the past looks like when it is not known. */
const UNKNOWN = 'not known';
const BY = 'instance, process, unit';

/** Six numbers about the program. */
export function leakStats(): Panel[] {
  const select = selectorOf(LEAK_SCOPE);
  const pool = selectorOf(['job', 'instance', 'netns', 'protocol']);
  const stuck = select('process_stuck_ports');
  const free = `sum by (instance) (${pool('capacity')} - ${pool('used')})`;
  const tile = { width: 4, height: 4, steps: PLAIN };
  return [
    stat({
      ...tile,
      title: 'Stuck ports',
      reading: {
        shows: 'Ports this program has held without a connection for longer than 15 minutes (or as set).',
        good: '0, or a number that stays.',
        bad: 'hundreds and more every hour.',
        next: 'the chart below: a ramp or a plateau?',
      },
      unit: 'locale',
      steps: [
        { from: null, color: 'green' },
        { from: 1, color: 'orange' },
        { from: 100, color: 'red' },
      ],
      paint: 'background',
      queries: [{ expr: `sum by (${BY}) (${stuck})`, legend: '{{process}} {{instance}}' }],
    }),
    stat({
      ...tile,
      title: 'Pace',
      reading: {
        shows: 'Stuck ports gained a minute, over the last three hours.',
        good: 'about 0.',
        bad: 'above 0 hour after hour.',
        next: '"Pace over time": is it constant?',
      },
      unit: 'suffix:/min',
      decimals: 2,
      queries: [{ expr: `sum by (${BY}) (deriv(${stuck}[3h])) * 60`, legend: '{{process}} {{instance}}' }],
    }),
    stat({
      ...tile,
      title: 'Range empty in',
      reading: {
        shows: 'How long the free ports of the host last at the pace of this program alone.',
        good: '"never".',
        bad: 'less than three days; less than four hours is urgent.',
        next: '"What to do next" below.',
      },
      unit: 's',
      decimals: 1,
      noValue: 'never',
      mappings: [nothingText('never', 'green')],
      steps: TIME_LEFT_STEPS,
      paint: 'background',
      queries: [
        {
          expr: `min by (instance) (${free} / on (instance) (sum by (instance) (deriv(${stuck}[3h])) > 0.0001))`,
          legend: '{{instance}}',
        },
      ],
    }),
    stat({
      ...tile,
      title: 'Oldest held port',
      reading: {
        shows: 'For how long the oldest port without a connection has been held.',
        good: 'minutes.',
        bad: 'about as long as the process runs: it has never let one go.',
        next: 'compare with "Running since".',
      },
      unit: 's',
      decimals: 1,
      noValue: 'none held',
      queries: [
        {
          expr: `time() - min by (${BY}) (${select('process_oldest_held_timestamp_seconds')})`,
          legend: '{{process}} {{instance}}',
        },
      ],
    }),
    stat({
      ...tile,
      title: 'Running since',
      reading: {
        shows: 'Start of the process that holds most stuck ports.',
        good: 'any time.',
        bad: 'the moment the ramp begins: it leaks from its start on.',
        next: 'the blue marks in the charts.',
      },
      unit: 'dateTimeAsSystem',
      noValue: UNKNOWN,
      paint: 'none',
      queries: [
        { expr: `max by (${BY}) (${select('process_start_time_seconds')}) * 1000`, legend: '{{process}} {{instance}}' },
      ],
    }),
    stat({
      ...tile,
      title: 'Executable changed',
      reading: {
        shows: 'When the program on disk last changed.',
        good: 'long before the ramp.',
        bad: 'shortly before the ramp: an update may have brought the leak.',
        next: 'the purple mark in the charts; ask who rolled it out.',
      },
      unit: 'dateTimeAsSystem',
      noValue: UNKNOWN,
      paint: 'none',
      queries: [
        {
          expr: `max by (${BY}) (${select('process_executable_change_time_seconds')}) * 1000`,
          legend: '{{process}} {{instance}}',
        },
      ],
    }),
  ];
}
