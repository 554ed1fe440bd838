import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { leakExpressions, POOL } from './expressions.ts';
import { rowLink, seriesLink, UID } from './links.ts';
import { column, rangeText, valueTexts } from './overrides.ts';
import { barGauge, table, timeSeries } from './panel-kinds.ts';
import type { ScopeVariable } from './selector.ts';
import { SHARE_STEPS, TIME_LEFT_STEPS } from './steps.ts';
import { joined } from './transformations.ts';

const SCOPE: readonly ScopeVariable[] = ['job', 'instance', 'netns', 'protocol'];
/** Seconds that stand for "does not fill", so that such hosts sort last. */
const NEVER = 1e9;

export function fleetTables(): Panel[] {
  return [hostsByTimeLeft(), leakingPrograms(), fullest(), shareOverTime()];
}

function hostsByTimeLeft(): Panel {
  const { select, pace, poolPace, timeLeft, usedShare, free } = leakExpressions(SCOPE);
  const ports = `sum by (${POOL}, process, unit) (${select('process_ports')})`;
  const largest = `topk by (${POOL}) (1, ${ports}) * 0`;
  const leader = [
    `max by (${POOL}, process, unit) (topk by (${POOL}) (1, ${pace} * 60))`,
    `or on (${POOL}) ${largest} + on (${POOL}) group_left () ${poolPace} * 60`,
    `or on (${POOL}) ${largest}`,
  ].join(' ');
  const toHost = rowLink('This host', UID.host, ['instance', 'netns', 'protocol']);
  const toLeak = rowLink('Investigate this owner', UID.leak, ['instance', 'netns', 'process', 'unit']);
  return table({
    title: 'Hosts by time to empty',
    reading: {
      shows:
        'Every pool, the first to run out on top. The leading owner is the program that leaks, else the one with most ports, with the pace of the whole pool.',
      good: 'green "not filling" all the way down.',
      bad: 'a time on the left: at that pace the host opens no connection any more when it is over.',
      next: 'click the host for its whole picture, or the owner for the investigation.',
    },
    width: 24,
    height: 9,
    unit: 'locale',
    queries: [
      { expr: `${timeLeft} or on (${POOL}) max by (${POOL}) (${select('capacity')}) * 0 + ${NEVER}` },
      { expr: leader },
      { expr: `max by (${POOL}) (${usedShare})` },
      { expr: `max by (${POOL}) (${free})` },
      { expr: `max by (${POOL}) (${select('capacity')})` },
    ],
    transformations: joined([
      ['Value #A', 'Time to empty'],
      ['instance', 'Host'],
      ['protocol', 'Protocol'],
      ['netns', 'Namespace'],
      ['process', 'Leading owner'],
      ['unit', 'Unit'],
      ['Value #B', 'Ports/min'],
      ['Value #C', 'Used'],
      ['Value #D', 'Free'],
      ['Value #E', 'Capacity'],
    ]),
    sortBy: { column: 'Time to empty', descending: false },
    overrides: [
      column('Time to empty', {
        unit: 's',
        decimals: 1,
        width: 150,
        cell: 'background',
        steps: TIME_LEFT_STEPS,
        mappings: [rangeText(NEVER, NEVER, 'not filling', 'transparent'), rangeText(-1e12, 0, 'now', 'dark-red')],
      }),
      column('Host', { links: [toHost] }),
      column('Protocol', { width: 90 }),
      column('Namespace', { width: 110 }),
      column('Leading owner', { links: [toLeak] }),
      column('Ports/min', { width: 110, decimals: 2, mappings: [valueTexts({ '0': { text: '–' } })] }),
      column('Used', { unit: 'percentunit', decimals: 1, width: 200, cell: 'bar', max: 1, steps: SHARE_STEPS }),
      column('Free', { width: 100 }),
      column('Capacity', { width: 100 }),
    ],
  });
}

function leakingPrograms(): Panel {
  const { select, pace } = leakExpressions(SCOPE);
  const remotes = `sum by (process, unit, remote) (${select('process_stuck_remote_ports', { remote: '!="(never seen)"' })})`;
  const toLeak = rowLink('Investigate this program', UID.leak, ['process', 'unit']);
  return table({
    title: 'Leaking programs over the fleet',
    reading: {
      shows: 'Programs that take ports at one pace and keep them, with the hosts they do it on. One bug, many hosts.',
      good: 'an empty table.',
      bad: 'a line; many hosts on it mean a release or a setting, not a host.',
      next: 'click the program. "Mostly last talked to" is what its stuck ports were last seen connected to.',
    },
    width: 24,
    height: 5,
    unit: 'locale',
    noValue: 'no program leaks',
    queries: [
      { expr: `sum by (process, unit) (${pace}) * 60` },
      { expr: `count by (process, unit) (count by (job, instance, process, unit) (${pace}))` },
      { expr: `sum by (process, unit) (${select('process_stuck_ports')} and ${pace})` },
      { expr: `topk by (process, unit) (1, ${remotes}) and on (process, unit) ${pace}` },
    ],
    transformations: joined([
      ['process', 'Program'],
      ['unit', 'Unit'],
      ['Value #B', 'Hosts'],
      ['Value #A', 'Ports/min, all hosts'],
      ['Value #C', 'Stuck ports, all hosts'],
      ['remote', 'Mostly last talked to'],
    ]),
    sortBy: { column: 'Ports/min, all hosts', descending: true },
    overrides: [
      column('Program', { links: [toLeak] }),
      column('Hosts', { width: 90, cell: 'text', steps: [{ from: null, color: 'red' }] }),
      column('Ports/min, all hosts', { decimals: 2 }),
    ],
  });
}

function fullest(): Panel {
  const { usedShare } = leakExpressions(SCOPE);
  return barGauge({
    title: 'Fullest pools now',
    reading: {
      shows: 'The 20 pools with the largest share in use.',
      good: 'green.',
      bad: 'orange from 80 %, red from 95 %.',
      next: 'click a bar for the host.',
    },
    width: 12,
    height: 9,
    unit: 'percentunit',
    decimals: 1,
    min: 0,
    max: 1,
    steps: SHARE_STEPS,
    queries: [{ expr: `sort_desc(topk(20, ${usedShare}))`, legend: '{{instance}} {{protocol}} {{netns}}' }],
    links: [seriesLink('This host', UID.host, ['instance', 'netns', 'protocol'])],
  });
}

function shareOverTime(): Panel {
  const { select, usedShare } = leakExpressions(SCOPE);
  const atEnd = `${select('used')} @ end() / ${select('capacity')} @ end()`;
  return timeSeries({
    title: 'Share in use, the 10 fullest',
    reading: {
      shows: 'How the ten pools that are fullest at the end of the time range came there.',
      good: 'lines that come down again every day.',
      bad: 'a straight line upwards, day and night: a leak does not sleep.',
      next: 'click a line for the host; widen the time range to a week.',
    },
    width: 12,
    height: 9,
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [{ expr: `${usedShare} and topk(10, ${atEnd})`, legend: '{{instance}} {{protocol}} {{netns}}' }],
    links: [seriesLink('This host', UID.host, ['instance', 'netns', 'protocol'])],
    legend: 'right',
  });
}
