import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { leakExpressions, POOL } from './expressions.ts';
import { seriesLink, UID } from './links.ts';
import { nothingText, rangeText, valueTexts } from './overrides.ts';
import { stat } from './panel-kinds.ts';
import type { ScopeVariable } from './selector.ts';
import { PLAIN, RED_THEN_GREEN, SHARE_STEPS, TIME_LEFT_STEPS } from './steps.ts';

export const HOST_SCOPE: readonly ScopeVariable[] = ['job', 'instance', 'netns', 'protocol'];

/** The row that answers "how bad, until when, whose fault". */
export function hostStats(): Panel[] {
  const { select, pace, timeLeft, usedShare, free } = leakExpressions(HOST_SCOPE);
  const ports = `sum by (instance, process, unit) (${select('process_ports')})`;
  const soonest = `min by (instance) (${timeLeft})`;
  return [
    stat({
      title: 'Used',
      reading: {
        shows: 'Share of the ports the system can hand out that is in use, in any state.',
        good: 'under 80 %, and down again every night.',
        bad: 'orange from 80 %, red from 95 %.',
        next: 'the big chart below: is it a wave or a ramp?',
      },
      width: 4,
      height: 4,
      unit: 'percentunit',
      decimals: 1,
      queries: [{ expr: `max by (${POOL}) (${usedShare})`, legend: '{{protocol}} {{netns}}' }],
      steps: SHARE_STEPS,
      paint: 'background',
    }),
    stat({
      title: 'Free ports',
      reading: {
        shows: 'Port numbers that nobody holds: what a program that binds can still get.',
        good: 'thousands.',
        bad: '0: every bind to port 0 fails, connections to new places may still work.',
        next: '"Headroom" below says what is left for connections.',
      },
      width: 4,
      height: 4,
      unit: 'locale',
      queries: [{ expr: `max by (${POOL}) (${free})`, legend: '{{protocol}} {{netns}}' }],
      steps: PLAIN,
    }),
    stat({
      title: 'Time to empty',
      reading: {
        shows: 'How long the free ports last at the pace of the leaks on this host.',
        good: '"not filling".',
        bad: 'less than three days; less than four hours is urgent.',
        next: 'the leaking owner, two tiles to the right.',
      },
      width: 4,
      height: 4,
      unit: 's',
      decimals: 1,
      noValue: 'not filling',
      queries: [{ expr: soonest, legend: '{{instance}}' }],
      mappings: [nothingText('not filling', 'green'), rangeText(-1e12, 0, 'now', 'dark-red')],
      steps: TIME_LEFT_STEPS,
      paint: 'background',
    }),
    stat({
      title: 'Empty at',
      reading: {
        shows: 'The clock time of that moment, in the time zone of this dashboard.',
        good: '"not filling".',
        bad: 'a time before somebody is back at work.',
        next: 'plan the restart of the leaking service before it.',
      },
      width: 4,
      height: 4,
      unit: 'dateTimeAsSystem',
      noValue: 'not filling',
      queries: [{ expr: `(time() + ${soonest}) * 1000`, legend: '{{instance}}' }],
      steps: PLAIN,
      paint: 'none',
    }),
    stat({
      title: 'Leaking owner, else the largest',
      reading: {
        shows:
          'The program that takes ports at one pace and keeps them, with the ports it holds; when none does, the one with most ports.',
        good: 'the program whose work it is to have many connections.',
        bad: 'a name you did not expect.',
        next: 'click it for the investigation.',
      },
      width: 5,
      height: 4,
      unit: 'locale',
      queries: [
        {
          expr: `topk(1, ${ports} and on (instance, process, unit) ${pace}) or on () topk(1, ${ports})`,
          legend: '{{process}} {{unit}}',
        },
      ],
      links: [seriesLink('Investigate this owner', UID.leak, ['instance', 'process', 'unit'])],
      steps: PLAIN,
      named: true,
    }),
    stat({
      title: 'Bind probe',
      reading: {
        shows:
          'Whether the exporter itself just got a free port from the system (bind to port 0, closed at once, no packet sent).',
        good: '"works" everywhere.',
        bad: '"fails": this is what programs on the host see now.',
        next: 'row "Bind probe and system events".',
      },
      width: 3,
      height: 4,
      unit: 'short',
      queries: [{ expr: `min by (instance) (${select('bind_probe_success')})`, legend: '{{instance}}' }],
      mappings: [valueTexts({ '0': { text: 'fails' }, '1': { text: 'works' } })],
      steps: RED_THEN_GREEN,
      paint: 'background',
    }),
  ];
}
