import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE } from './fill-panel.ts';
import { braces, type ScopeVariable, selectorOf } from './selector.ts';

/** Marks over time: firing alerts, and for `shown: 'host'` system events of exhaustion, starts and executable changes of owners. */
export function annotations(variables: readonly ScopeVariable[], shown: 'fleet' | 'host'): AnnotationQuery[] {
  const select = selectorOf(variables);
  const hosts = variables.filter((name) => name === 'job' || name === 'instance');
  // Over a fleet only what pages: a hundred tickets would paint the charts over.
  const severity = shown === 'fleet' ? { severity: '="critical"' } : {};
  const alerts = `ALERTS${braces(hosts, { alertname: '=~"EphemeralPort.*"', alertstate: '="firing"', ...severity })}`;
  const firing = `max by (job, instance, alertname, severity) (${alerts})`;
  const marks = [builtIn(), annotation('Alerts', 'red', firing, '{{alertname}} {{instance}}', 'severity')];
  if (shown === 'fleet') return marks;
  const events = times(select('event_log_last_event_timestamp_seconds'));
  const starts = times(select('process_start_time_seconds'));
  const changes = times(select('process_executable_change_time_seconds'));
  return [
    ...marks,
    annotation('System events', 'orange', events, 'event {{event_id}} {{provider}}', 'instance'),
    annotation('Process starts', 'blue', starts, 'start of {{process}} {{unit}}', 'instance'),
    annotation('Executable changes', 'purple', changes, 'executable of {{process}} changed', 'instance'),
  ];
}

/** Unix seconds as the milliseconds Grafana takes for "the value is the time". */
function times(selector: string): string {
  return `${selector} * 1000`;
}

function annotation(
  name: string,
  iconColor: string,
  expr: string,
  titleFormat: string,
  tagKeys: string,
): AnnotationQuery {
  const useValueForTime = expr.endsWith('* 1000');
  return {
    name,
    datasource: DATASOURCE,
    enable: true,
    hide: false,
    iconColor,
    expr,
    titleFormat,
    tagKeys,
    step: '60s',
    useValueForTime,
  };
}

/** Grafana's own notes; a dashboard without this entry loses them. */
function builtIn(): AnnotationQuery {
  return {
    name: 'Annotations & Alerts',
    datasource: { type: 'grafana', uid: '-- Grafana --' },
    enable: true,
    hide: true,
    iconColor: 'rgba(0, 211, 255, 1)',
    type: 'dashboard',
    builtIn: 1,
  };
}
