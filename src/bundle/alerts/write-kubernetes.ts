import { Document } from 'yaml';
import type { Knobs } from './knobs.ts';
import type { RuleGroup } from './rule.ts';
import { GENERATED, prometheusGroups } from './write-prometheus.ts';

/** `alerts/kubernetes/prometheusrule.yaml`: the same groups for the Prometheus operator (monitoring.coreos.com/v1). */
export function prometheusRuleObject(groups: readonly RuleGroup[], knobs: Knobs): string {
  const document = new Document({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name: 'ephemeral-port-exporter',
      labels: { 'app.kubernetes.io/name': 'ephemeral-port-exporter', role: 'alert-rules' },
    },
    spec: prometheusGroups(groups, knobs),
  });
  document.commentBefore = ` ${GENERATED}`;
  return document.toString({ lineWidth: 0 });
}
