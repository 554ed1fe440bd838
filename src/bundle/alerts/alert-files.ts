import type { Knobs } from './knobs.ts';
import { isAlert, type RuleGroup } from './rule.ts';
import { ruleGroups } from './rule-groups.ts';
import { alertsDoc } from './write-doc.ts';
import { grafanaPolicies, grafanaRules } from './write-grafana.ts';
import { prometheusRuleObject } from './write-kubernetes.ts';
import { prometheusRulesFile } from './write-prometheus.ts';

export interface BundleFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every generated file about alerts. */
export function alertFiles(knobs: Knobs): BundleFile[] {
  const groups = ruleGroups(knobs);
  return [
    { path: 'alerts/ephemeral-port.rules.yml', text: prometheusRulesFile(groups, knobs) },
    { path: 'alerts/ephemeral-port.recordings.yml', text: prometheusRulesFile(recordingsOnly(groups), knobs) },
    { path: 'alerts/kubernetes/prometheusrule.yaml', text: prometheusRuleObject(groups, knobs) },
    { path: 'grafana/provisioning/alerting/ephemeral-port-rules.yaml', text: grafanaRules(groups, knobs) },
    { path: 'alerts/grafana-policies.example.yaml', text: grafanaPolicies() },
    { path: 'docs/alerts.md', text: alertsDoc(groups) },
  ];
}

function recordingsOnly(groups: readonly RuleGroup[]): RuleGroup[] {
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => !isAlert(rule)) }))
    .filter((group) => group.rules.length > 0);
}
