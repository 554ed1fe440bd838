import { createHash } from 'node:crypto';
import type { GroupReport, PoolReport, PortsByState, Report } from '../model/report.ts';
import { escapeHtml } from './escape-html.ts';
import type { ExporterFacts } from './exporter-view.ts';

export interface LandingPage {
  readonly facts: ExporterFacts;
  readonly telemetryPath: string;
  readonly report: Report | undefined;
  /** Whether owners may be shown, or totals only. */
  readonly details: boolean;
}

const TOP_OWNERS = 10;

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'table{border-collapse:collapse}th,td{text-align:left;padding:.2rem 1rem .2rem 0}td.n,th.n{text-align:right}';

/** Content policy of the page: no script, and only the very style that it carries. */
export const LANDING_PAGE_POLICY: string = `default-src 'none'; style-src 'sha256-${createHash('sha256')
  .update(STYLE)
  .digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The page under `/`: name, version, links, and how full the ranges are. */
export function renderLandingPage({ facts, telemetryPath, report, details }: LandingPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>ephemeral-port-exporter</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body>
<h1>ephemeral-port-exporter</h1>
<p>Who uses up the ephemeral ports of this host. Version ${escapeHtml(facts.version)}, revision ${escapeHtml(facts.revision)}.</p>
<ul>
<li><a href="${escapeHtml(telemetryPath)}">Metrics</a></li>
<li><a href="/-/healthy">Health</a></li>
<li><a href="/-/ready">Readiness</a></li>
</ul>
${report === undefined ? '<p>No sample has been taken yet.</p>' : renderReport(report, details)}
</body>
</html>
`;
}

function renderReport(report: Report, details: boolean): string {
  const pools = report.pools.map(poolRow).join('\n');
  const totals = `<h2>Ports</h2>
<p>Sample of ${new Date(report.takenAtMs).toISOString()}.</p>
<table><tr><th>Namespace</th><th>Protocol</th><th class="n">Used</th><th class="n">Capacity</th></tr>
${pools}
</table>`;
  if (!details)
    return `${totals}\n<p>Owners are shown to this host itself only: ask from loopback, without a proxy.</p>`;
  return `${totals}\n${renderOwners(report.groups)}`;
}

function poolRow(pool: PoolReport): string {
  return row([pool.netns, pool.protocol], [pool.used, pool.capacity]);
}

function renderOwners(groups: readonly GroupReport[]): string {
  const rows = groups
    .map((group) => ({ group, tcp: sum(group.ports.tcp), udp: sum(group.ports.udp) }))
    .sort((left, right) => right.tcp + right.udp - (left.tcp + left.udp))
    .slice(0, TOP_OWNERS)
    .map(({ group, tcp, udp }) => row([group.netns, group.process, group.unit], [tcp, udp, group.stuck.ports]));
  return `<h2>Top owners</h2>
<table><tr><th>Namespace</th><th>Process</th><th>Unit</th><th class="n">TCP</th><th class="n">UDP</th><th class="n">Stuck</th></tr>
${rows.join('\n')}
</table>`;
}

function row(texts: readonly string[], numbers: readonly number[]): string {
  const cells = texts.map((text) => `<td>${escapeHtml(text)}</td>`);
  return `<tr>${[...cells, ...numbers.map((number) => `<td class="n">${number}</td>`)].join('')}</tr>`;
}

function sum(ports: PortsByState): number {
  return Object.values(ports).reduce((total, count) => total + count, 0);
}
