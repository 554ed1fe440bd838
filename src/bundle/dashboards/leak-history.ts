import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { LEAK_NEXT_STEPS } from './leak-next-steps.ts';
import { LEAK_SCOPE } from './leak-stats.ts';
import { colored, fixedColor, nothingText } from './overrides.ts';
import { barGauge, text, timeSeries } from './panel-kinds.ts';
import { selectorOf } from './selector.ts';

const select = selectorOf(LEAK_SCOPE);
const BY = 'process, instance';

/** The ramp, its pace, what comes and goes, what it talks to, and the way out. */
export function leakHistory(): Panel[] {
  return [ramp(), pace(), turnover(), linkLocal(), remotes(), nextSteps()];
}

function ramp(): Panel {
  const held = (state: string): string => `sum by (${BY}) (${select('process_ports', { state: `="${state}"` })})`;
  return timeSeries({
    title: 'Stuck and held ports',
    reading: {
      shows:
        'Ports of this program that are bound or in close_wait, and those of them that are stuck. Blue marks: a start. Purple: the executable changed. Red: an alert fired.',
      good: 'a level that comes back, or a constant one.',
      bad: 'a straight line upwards that only a restart (blue mark) brings down.',
      next: 'what happened where the line begins? Then "Pace over time".',
    },
    width: 16,
    height: 9,
    unit: 'locale',
    min: 0,
    queries: [
      { expr: `sum by (${BY}) (${select('process_stuck_ports')})`, legend: 'stuck' },
      { expr: held('bound'), legend: 'bound' },
      { expr: held('close_wait'), legend: 'close_wait' },
    ],
    overrides: [
      { name: 'stuck', properties: [fixedColor('red'), { id: 'custom.fillOpacity', value: 20 }] },
      {
        name: 'bound',
        properties: [
          fixedColor('light-red'),
          { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } },
          { id: 'custom.lineWidth', value: 1 },
        ],
      },
      colored('close_wait', 'orange'),
    ],
  });
}

function pace(): Panel {
  const stuck = select('process_stuck_ports');
  return timeSeries({
    title: 'Pace over time',
    reading: {
      shows:
        'Stuck ports gained a minute, measured over one hour and over three. Falls, as at a restart, are drawn as 0.',
      good: 'hills that come and go: the program follows its load.',
      bad: 'a flat line above zero, day and night: a metronome, that is a leak.',
      next: 'row "Is it a leak?" puts a number on how flat it is.',
    },
    width: 8,
    height: 9,
    unit: 'suffix:/min',
    min: 0,
    queries: [
      { expr: `clamp_min(sum by (${BY}) (deriv(${stuck}[1h])), 0) * 60`, legend: 'over 1 h' },
      { expr: `clamp_min(sum by (${BY}) (deriv(${stuck}[3h])), 0) * 60`, legend: 'over 3 h' },
    ],
    overrides: [
      { name: 'over 1 h', properties: [fixedColor('light-blue'), { id: 'custom.lineWidth', value: 1 }] },
      colored('over 3 h', 'red'),
    ],
  });
}

function turnover(): Panel {
  const rate = (key: 'process_opened_total' | 'process_released_total'): string =>
    `sum by (${BY}) (rate(${select(key)}[$__rate_interval])) * 60`;
  return timeSeries({
    title: 'Opened against released',
    reading: {
      shows: 'Ports a minute that the program began and ceased to use, as the samples saw them.',
      good: 'two lines on top of each other.',
      bad: 'opened above released all the time: the gap is the leak.',
      next: 'the gap should be the pace above.',
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
  });
}

function linkLocal(): Panel {
  const bound = select('process_ports', { state: '="bound"' });
  const opened = select('link_local_opened_total');
  return timeSeries({
    title: 'Link-local calls beside bound growth',
    reading: {
      shows:
        'Connections a minute that the program opened to link-local addresses (cloud metadata above all), and bound ports it gained a minute.',
      good: 'no link-local line, or one that bound ports do not follow.',
      bad: 'two lines at the same height: every call leaves a port behind.',
      next: '"Last talked to" on the right names the address.',
    },
    width: 8,
    height: 8,
    unit: 'suffix:/min',
    min: 0,
    queries: [
      { expr: `sum by (${BY}) (rate(${opened}[$__rate_interval])) * 60`, legend: 'link-local connections opened' },
      { expr: `clamp_min(sum by (${BY}) (deriv(${bound}[1h])), 0) * 60`, legend: 'bound ports gained' },
    ],
    overrides: [colored('link-local connections opened', 'purple'), colored('bound ports gained', 'red')],
  });
}

function remotes(): Panel {
  return barGauge({
    title: 'Last talked to, before they got stuck',
    longNames: true,
    reading: {
      shows: 'Stuck ports by the last remote their owner was seen connected to.',
      good: 'nothing stuck.',
      bad: 'one address has nearly all: the code that talks to it forgets to close.',
      next: 'give that address to the maker of the program. "(never seen)" is not proof of anything: short connections slip between samples.',
    },
    width: 8,
    height: 8,
    unit: 'locale',
    min: 0,
    queries: [{ expr: `sort_desc(sum by (remote) (${select('process_stuck_remote_ports')}))`, legend: '{{remote}}' }],
    steps: [{ from: null, color: 'red' }],
    noValue: 'nothing is stuck',
    mappings: [nothingText('nothing is stuck', 'text')],
  });
}

function nextSteps(): Panel {
  return text({
    title: 'What to do next',
    description: 'The order matters: a restart frees the ports and destroys the evidence.',
    width: 24,
    height: 6,
    content: LEAK_NEXT_STEPS,
  });
}
