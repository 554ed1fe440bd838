import { leakExpressions } from './expressions.ts';
import { colored, column, limitLine } from './overrides.ts';
import { table, timeSeries } from './panel-kinds.ts';
import type { Section } from './panel-spec.ts';
import { joined } from './transformations.ts';

/** Two rows of signs beside the counts: link-local traffic; the bind probe and the system's own events. */
export function hostSignals(): Section[] {
  return [linkLocal(), probeAndEvents()];
}

function linkLocal(): Section {
  const { select } = leakExpressions(['job', 'instance', 'netns']);
  return {
    row: 'Link-local and metadata addresses',
    panels: [
      timeSeries({
        title: 'Connections to link-local addresses',
        reading: {
          shows:
            'Open connections to metadata services (169.254.169.254 and the like), time services and other link-local addresses.',
          good: 'none, or short ones on a host of that cloud.',
          bad: 'lasting connections on a host that is in no cloud: nothing answers there.',
          next: 'the chart to the right: do ports get stuck after them?',
        },
        width: 8,
        height: 8,
        unit: 'locale',
        min: 0,
        queries: [
          {
            expr: `sum by (process, unit, class) (${select('link_local_connections')})`,
            legend: '{{process}} {{class}}',
          },
        ],
      }),
      timeSeries({
        title: 'Connections opened to them a minute',
        reading: {
          shows: 'New connections to link-local addresses, as the samples saw them.',
          good: 'none.',
          bad: 'a steady beat, day and night.',
          next: 'the program: let it not look for a cloud.',
        },
        width: 8,
        height: 8,
        unit: 'suffix:/min',
        min: 0,
        queries: [
          {
            expr: `sum by (process, unit, class) (rate(${select('link_local_opened_total')}[$__rate_interval])) * 60`,
            legend: '{{process}} {{class}}',
          },
        ],
      }),
      timeSeries({
        title: 'Stuck ports by what they last talked to',
        reading: {
          shows: 'Stuck ports by the class of their last remote; remotes that were never seen are in "other".',
          good: 'nothing.',
          bad: 'a growing band of metadata or link_local: never normal.',
          next: 'the owner table above; click the process.',
        },
        width: 8,
        height: 8,
        unit: 'locale',
        min: 0,
        stacked: true,
        queries: [{ expr: `sum by (class) (${select('process_stuck_remote_ports')})`, legend: '{{class}}' }],
        overrides: [
          colored('metadata', 'red'),
          colored('link_local_v4', 'orange'),
          colored('link_local_v6', 'yellow'),
          colored('other', 'blue'),
        ],
      }),
    ],
  };
}

function probeAndEvents(): Section {
  const { select } = leakExpressions(['job', 'instance']);
  return {
    row: 'Bind probe and system events',
    panels: [
      timeSeries({
        title: 'Bind probe',
        reading: {
          shows: 'Whether the exporter got a free port from the system: 1 it did, 0 it did not.',
          good: 'a line at 1.',
          bad: 'drops to 0: programs that bind fail in those moments.',
          next: 'the error codes to the right.',
        },
        width: 8,
        height: 7,
        unit: 'short',
        min: 0,
        max: 1.1,
        stepped: true,
        queries: [{ expr: select('bind_probe_success'), legend: '{{protocol}} {{af}}' }],
      }),
      timeSeries({
        title: 'Failed probes by error',
        reading: {
          shows: 'Failed bind probes by the error of the system.',
          good: '0.',
          bad: 'EADDRINUSE or WSAENOBUFS: no port is free. Others: the exporter may not bind.',
          next: 'free ports by restarting the leaking owner.',
        },
        width: 8,
        height: 7,
        unit: 'locale',
        min: 0,
        queries: [
          {
            expr: `sum by (protocol, code) (increase(${select('bind_probe_failures_total')}[$__rate_interval]))`,
            legend: '{{protocol}} {{code}}',
          },
        ],
      }),
      table({
        title: 'System events of exhaustion (Windows)',
        reading: {
          shows:
            'Events 4231 (TCP ports all in use), 4266 (UDP), 4227 (a port was reused too soon) and 5719 (no logon server), when last and how many in the time range.',
          good: '0, or an old date.',
          bad: '4231 or 4266 today: the host was empty at that moment.',
          next: 'the time of the event in the big chart; an orange mark is there.',
        },
        width: 8,
        height: 7,
        unit: 'locale',
        noValue: 'not a Windows host, or none ever',
        queries: [
          { expr: `sum by (event_id, provider) (increase(${select('event_log_events_total')}[$__range]))` },
          { expr: `max by (event_id, provider) (${select('event_log_last_event_timestamp_seconds')}) * 1000` },
        ],
        transformations: joined([
          ['event_id', 'Event'],
          ['provider', 'Source'],
          ['Value #A', 'In this time'],
          // Without a last event there is one answer only, and Grafana leaves out its letter.
          ['Value', 'In this time'],
          ['Value #B', 'Last'],
        ]),
        overrides: [
          column('Event', { unit: 'string', width: 80 }),
          column('Last', { unit: 'dateTimeAsSystem', width: 170 }),
          column('In this time', { decimals: 0 }),
        ],
      }),
      timeSeries({
        title: 'Stuck ports released',
        reading: {
          shows:
            'Stuck ports that ended in the last hour: closed by their owner, used again, or freed because the owner exited.',
          good: 'closed and used: those programs tidy up late, but they do.',
          bad: 'only exited: the program never lets go by itself.',
          next: 'the drop in the big chart at that time is a restart.',
        },
        width: 24,
        height: 7,
        unit: 'locale',
        min: 0,
        stepped: true,
        queries: [
          {
            expr: `sum by (how) (increase(${select('process_stuck_released_total')}[1h]))`,
            legend: '{{how}}',
          },
        ],
        overrides: [limitLine('/^used$/', 'blue')],
      }),
    ],
  };
}
