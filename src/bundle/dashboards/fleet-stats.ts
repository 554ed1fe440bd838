import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { leakExpressions } from './expressions.ts';
import { nothingText, rangeText } from './overrides.ts';
import { stat } from './panel-kinds.ts';
import { braces, type ScopeVariable } from './selector.ts';
import { GREEN_THEN_RED, TIME_LEFT_STEPS } from './steps.ts';

const SCOPE: readonly ScopeVariable[] = ['job', 'instance', 'netns', 'protocol'];
const HOSTS: readonly ScopeVariable[] = ['job', 'instance'];
/** A sample older than this is no longer news: the slowest sampling is one a minute. */
const STALE_SECONDS = 300;

/** The row that answers "is it bad?". */
export function fleetStats(): Panel[] {
  const { select, pace, timeLeft, usedShare } = leakExpressions(SCOPE);
  const up = `up${braces(HOSTS)}`;
  const known = `count by (job, instance) (${select('capacity')})`;
  const blind = [
    `count by (job, instance) (${select('exporter_collector_success')} == 0)`,
    `count by (job, instance) (time() - ${select('exporter_last_sample_timestamp_seconds')} > ${STALE_SECONDS})`,
    `count by (job, instance) (${up} == 0)`,
  ].join(' or ');
  const zeroIsGood = [
    { from: null, color: 'green' },
    { from: 1, color: 'orange' },
  ];
  return [
    stat({
      title: 'Hosts reporting',
      reading: {
        shows: 'Hosts whose exporter delivered a capacity in the last five minutes.',
        good: 'as many as you run the exporter on.',
        bad: 'fewer: a host that does not report cannot warn you.',
        next: 'the row "Exporters" below lists who is down.',
      },
      width: 4,
      height: 4,
      unit: 'locale',
      noValue: '0',
      queries: [{ expr: `count(${known})` }],
      paint: 'none',
    }),
    stat({
      title: 'Blind',
      reading: {
        shows:
          'Hosts whose scrape fails, whose exporter could not read one of its sources, or whose last sample is over five minutes old.',
        good: '0.',
        bad: 'any: their numbers are missing or a lower bound.',
        next: 'the row "Exporters" below says which source failed.',
      },
      width: 4,
      height: 4,
      unit: 'locale',
      queries: [{ expr: `count(${blind}) or vector(0)` }],
      steps: zeroIsGood,
      paint: 'background',
    }),
    stat({
      title: 'Over 80 % used',
      reading: {
        shows: 'Hosts with a pool (protocol and network namespace) that is over 80 % used now.',
        good: '0.',
        bad: 'any: little is left for the next burst.',
        next: 'the table below, sorted by time to empty.',
      },
      width: 4,
      height: 4,
      unit: 'locale',
      queries: [{ expr: `count(count by (job, instance) (${usedShare} > 0.8)) or vector(0)` }],
      steps: zeroIsGood,
      paint: 'background',
    }),
    stat({
      title: 'Hosts leaking',
      reading: {
        shows: 'Hosts where a program takes ports at one steady pace and does not give them back.',
        good: '0.',
        bad: 'any: such a host goes dark when its range is empty, however long that takes.',
        next: 'the table of leaking programs; click the program.',
      },
      width: 4,
      height: 4,
      unit: 'locale',
      queries: [{ expr: `count(count by (job, instance) (${pace})) or vector(0)` }],
      steps: GREEN_THEN_RED,
      paint: 'background',
    }),
    stat({
      title: 'Soonest empty',
      reading: {
        shows: 'Time until the first pool of the fleet is empty at the pace of its leaks.',
        good: '"none".',
        bad: 'less than three days is a matter for today, less than four hours for this minute.',
        next: 'the first line of the table below.',
      },
      width: 8,
      height: 4,
      unit: 's',
      decimals: 1,
      noValue: 'none',
      queries: [{ expr: `bottomk(1, ${timeLeft})`, legend: '{{instance}} {{protocol}}' }],
      mappings: [nothingText('none', 'green'), rangeText(-1e12, 0, 'now', 'dark-red')],
      steps: TIME_LEFT_STEPS,
      paint: 'background',
      named: true,
    }),
  ];
}
