import { Document } from 'yaml';
import { grafanaNumbers, grafanaText } from './grafana-text.ts';
import type { Knobs } from './knobs.ts';
import { prometheusUrl } from './prometheus-text.ts';
import { type Alert, isAlert, type RuleGroup } from './rule.ts';
import { GENERATED, runbookUrl } from './write-prometheus.ts';

const DATASOURCE = 'prometheus';
const EXPRESSION = '__expr__';

/** `grafana/provisioning/alerting/*.yaml`: Grafana-managed twins of the alerts, on the recordings of Prometheus. */
export function grafanaRules(groups: readonly RuleGroup[], knobs: Knobs): string {
  const document = new Document({
    apiVersion: 1,
    groups: groups
      .filter((group) => group.rules.some(isAlert))
      .map((group) => ({
        orgId: 1,
        name: group.name,
        folder: 'Ephemeral ports',
        interval: group.interval,
        rules: group.rules.filter(isAlert).map((alert) => grafanaRule(alert, knobs)),
      })),
  });
  document.commentBefore = ` ${GENERATED}
 Needs the recordings of alerts/ephemeral-port.recordings.yml in Prometheus.
 Choose one: these, or the alerts of alerts/ephemeral-port.rules.yml. Both together notify twice.`;
  return document.toString({ lineWidth: 0 });
}

/** An example of notification policies. Provisioned policies replace the whole tree of the organisation. */
export function grafanaPolicies(): string {
  const document = new Document({
    apiVersion: 1,
    policies: [
      {
        orgId: 1,
        receiver: 'ephemeral-port-tickets',
        group_by: ['job', 'process', 'unit'],
        routes: [
          {
            receiver: 'ephemeral-port-pages',
            object_matchers: [['severity', '=', 'critical']],
            group_by: ['job', 'instance'],
            group_wait: '10s',
            repeat_interval: '1h',
          },
          {
            receiver: 'ephemeral-port-unsent',
            object_matchers: [['severity', '=', 'info']],
          },
        ],
      },
    ],
  });
  document.commentBefore = ` ${GENERATED}
 An example, not for the provisioning folder: policies in a file replace the whole tree of the organisation.`;
  return document.toString({ lineWidth: 0 });
}

function grafanaRule(alert: Alert, knobs: Knobs): Record<string, unknown> {
  const value = alert.reduced?.expr ?? alert.expr;
  // Without a number of its own the query gives offenders only, and any value (0 of `up`, too) means that there is one.
  const evaluator = { type: alert.reduced?.op ?? 'gt', params: [alert.reduced?.limit ?? -1] };
  return {
    uid: alert.uid,
    title: alert.severity === 'critical' && alert.class === 'forecast' ? `${alert.alert} (page)` : alert.alert,
    condition: 'C',
    for: alert.for,
    ...(alert.keepFiringFor === undefined ? {} : { keepFiringFor: alert.keepFiringFor }),
    noDataState: 'OK',
    execErrState: 'Error',
    dashboardUid: alert.dashboard,
    panelId: 1,
    labels: { severity: alert.severity, class: alert.class, ...alert.labels },
    annotations: {
      summary: alert.summary,
      description: grafanaText(alert, alert.description),
      runbook_url: runbookUrl(alert, knobs),
      dashboard_url: prometheusUrl(alert, knobs['grafana-url']),
    },
    data: [
      query('A', value),
      reduce('B', 'A'),
      {
        refId: 'C',
        datasourceUid: EXPRESSION,
        model: { refId: 'C', type: 'threshold', expression: 'B', conditions: [{ evaluator }] },
      },
      ...grafanaNumbers(alert).flatMap(({ name, expr }) => [query(`q_${name}`, expr), reduce(name, `q_${name}`)]),
    ],
  };
}

function query(refId: string, expr: string): Record<string, unknown> {
  return {
    refId,
    datasourceUid: DATASOURCE,
    relativeTimeRange: { from: 600, to: 0 },
    model: { refId, instant: true, range: false, expr },
  };
}

function reduce(refId: string, expression: string): Record<string, unknown> {
  const model = { refId, type: 'reduce', expression, reducer: 'last', settings: { mode: 'dropNN' } };
  return { refId, datasourceUid: EXPRESSION, model };
}
