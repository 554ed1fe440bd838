import { KNOBS } from './knobs.ts';
import { RECEIVED } from './received.ts';
import { type Alert, isAlert, type Recording, type RuleGroup } from './rule.ts';
import { SCORES } from './scores.ts';
import { GENERATED } from './write-prometheus.ts';

/** `docs/alerts.md`: what there is, why each number is what it is, what can be set. */
export function alertsDoc(groups: readonly RuleGroup[]): string {
  const alerts = groups.flatMap((group) => group.rules.filter(isAlert).map((alert) => ({ alert, group })));
  return `<!-- ${GENERATED} -->

# Alerts

${INTRODUCTION}

| alert | severity | class | evaluated | for | keeps firing for |
| --- | --- | --- | --- | --- | --- |
${alerts.map(({ alert, group }) => summaryRow(alert, group)).join('\n')}

## Settings

\`npm run bundle -- --set key=value\` writes all files again; several \`--set\` may be given.

| key | default | meaning |
| --- | --- | --- |
${Object.entries(KNOBS)
  .map(([name, knob]) => `| \`${name}\` | \`${knob.fallback}\` | ${knob.meaning} |`)
  .join('\n')}

${SCORES.trim()}

${RECEIVED.trim()}

## Each alert

${alerts.map(({ alert }) => section(alert)).join('\n\n')}

## Recordings

${groups
  .filter((group) => group.rules.some((rule) => !isAlert(rule)))
  .map(recordingsOf)
  .join('\n\n')}
`;
}

const INTRODUCTION = `A warning is a ticket, a critical alert is a page, info is shown on dashboards and not sent.

* \`alerts/ephemeral-port.rules.yml\`: recordings and alerts for Prometheus 2.42 or later. The proofs look back 9 days: keep at
  least that (\`--storage.tsdb.retention.time\`; the default is 15 days). Under a Thanos or Mimir ruler the same holds for its store.
* \`alerts/ephemeral-port.recordings.yml\`: the recordings alone, for those who let Grafana alert.
* \`alerts/kubernetes/prometheusrule.yaml\`: the same for the Prometheus operator.
* \`grafana/provisioning/alerting/\`: Grafana-managed twins that read the recordings. Choose one kind, both together notify twice.
  \`alerts/grafana-policies.example.yaml\` is an example of policies; in the provisioning folder it would replace your whole tree.
* \`alerts/alertmanager.example.yml\`: one page per host, one ticket per leaking program over the fleet, info unsent.
* \`docs/runbooks/\`: one page per alert.

How a leak is told from load: ports that are held (bound, CLOSE_WAIT) for longer than 15 minutes do not follow load. Half an hour of
steady growth of the stuck ports of one process, beyond what the last eight days have seen and with next to nothing let go, is a ticket; so is
a handful of stuck ports that last talked to a cloud metadata address. What this cannot see (ports in other states, UDP, hosts and
programs that are new, staircases) has slower proofs, the slower the more it looks like load. Nobody is paged by growth alone: a page
needs the range to be near its end.

A behaviour that is new to a host and port for port the same as a leak for hours gets a ticket once per program; from then on its level is
part of the week's history. Declare owners that are known to be harmless in the exporter's configuration (\`owners: [{match, muted: true, reason}]\`):
no alert names a muted owner. \`(other)\`, \`(unknown)\` and \`(kernel)\` are never named; their growth counts in the forecast of the host.`;

function summaryRow(alert: Alert, group: RuleGroup): string {
  const keep = alert.keepFiringFor ?? '';
  return `| [${alert.alert}](runbooks/${alert.alert}.md) | ${alert.severity} | ${alert.class} | ${group.interval} | ${alert.for} | ${keep} |`;
}

function section(alert: Alert): string {
  const reasons = alert.thresholds.map(({ value, reason }) => `* ${value}: ${reason}`).join('\n');
  return `### ${alert.alert} (${alert.severity})

${alert.summary}

\`\`\`promql
${alert.expr}
\`\`\`

${reasons}`;
}

function recordingsOf(group: RuleGroup): string {
  const rules = group.rules.filter((rule): rule is Recording => !isAlert(rule));
  return `### ${group.name}, every ${group.interval}

${rules.map((rule) => `* \`${rule.record}${labelText(rule)}\`: ${rule.why}`).join('\n')}`;
}

function labelText({ labels }: Recording): string {
  if (labels === undefined) return '';
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
}
