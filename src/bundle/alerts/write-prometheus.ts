import { Document } from 'yaml';
import type { Knobs } from './knobs.ts';
import { prometheusText, prometheusUrl } from './prometheus-text.ts';
import { type Alert, isAlert, type Recording, type RuleGroup } from './rule.ts';

export const GENERATED = 'Written by `npm run bundle` from src/bundle/alerts: change it there.';

interface RuleFileGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly Readonly<Record<string, unknown>>[];
}

/** The groups as Prometheus reads them (rule file format of Prometheus 2.42 and later). */
export function prometheusGroups(groups: readonly RuleGroup[], knobs: Knobs): { groups: RuleFileGroup[] } {
  return {
    groups: groups.map(({ name, interval, rules }) => ({
      name,
      interval,
      rules: rules.map((rule) => (isAlert(rule) ? alertRule(rule, knobs) : recordingRule(rule))),
    })),
  };
}

/** `alerts/ephemeral-port.rules.yml`. */
export function prometheusRulesFile(groups: readonly RuleGroup[], knobs: Knobs): string {
  const document = new Document(prometheusGroups(groups, knobs));
  document.commentBefore = ` ${GENERATED}\n Needs Prometheus 2.42 or later and 9 days of retention.`;
  return document.toString({ lineWidth: 0 });
}

function recordingRule({ record, expr, labels }: Recording): Record<string, unknown> {
  return { record, expr, ...(labels === undefined ? {} : { labels }) };
}

function alertRule(alert: Alert, knobs: Knobs): Record<string, unknown> {
  return {
    alert: alert.alert,
    expr: alert.expr,
    ...(alert.for === '0s' ? {} : { for: alert.for }),
    ...(alert.keepFiringFor === undefined ? {} : { keep_firing_for: alert.keepFiringFor }),
    labels: { severity: alert.severity, class: alert.class, ...alert.labels },
    annotations: {
      summary: alert.summary,
      description: prometheusText(alert, alert.description),
      runbook_url: runbookUrl(alert, knobs),
      dashboard_url: prometheusUrl(alert, knobs['grafana-url']),
    },
  };
}

export function runbookUrl(alert: Alert, knobs: Knobs): string {
  return `${knobs['runbook-url']}/${alert.alert}.md`;
}
