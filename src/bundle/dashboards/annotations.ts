import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE } from './fill-panel.ts';
import { braces, type ScopeVariable, selectorOf } from './selector.ts';

/** Marks over time: firing alerts, starts and executable changes of owners, system events of exhaustion. */
export function annotations(
  variables: readonly ScopeVariable[],
  shown: { readonly owners: boolean },
): AnnotationQuery[] {
  const select = selectorOf(variables);
  const hosts = variables.filter((name) => name === 'job' || name === 'instance');
  const alerts = `ALERTS${braces(hosts, { alertname: '=~"EphemeralPort.*"', alertstate: '="firing"' })}`;
  const marks = [
    builtIn(),
    // Without this an alert would be one event a sample; grouped, Grafana draws one region as long as it fires.
    annotation(
      'Alerts',
      'red',
      `max by (job, instance, alertname, severity) (${alerts})`,
      '{{alertname}} {{instance}}',
      'severity',
    ),
    annotation(
      'System events',
      'orange',
      times(select('event_log_last_event_timestamp_seconds')),
      'event {{event_id}} {{provider}}',
      'instance',
    ),
  ];
  if (!shown.owners) return marks;
  return [
    ...marks,
    annotation(
      'Process starts',
      'blue',
      times(select('process_start_time_seconds')),
      'start of {{process}} {{unit}}',
      'instance',
    ),
    annotation(
      'Executable changes',
      'purple',
      times(select('process_executable_change_time_seconds')),
      'executable of {{process}} changed',
      'instance',
    ),
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
