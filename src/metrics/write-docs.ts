import { EXPORTER_NOTES } from './exporter-notes.ts';
import { FAMILY_KEYS, type FamilyKey, familyOf } from './families.ts';
import type { Family, FamilyNote } from './family.ts';
import { HOST_FAMILIES } from './host-families.ts';
import { HOST_NOTES } from './host-notes.ts';
import { PROCESS_FAMILIES } from './process-families.ts';
import { PROCESS_NOTES } from './process-notes.ts';

/** Notes of every family. */
export const NOTES: Readonly<Record<FamilyKey, FamilyNote>> = { ...HOST_NOTES, ...PROCESS_NOTES, ...EXPORTER_NOTES };

const INTRODUCTION = `# Metrics

<!-- Written by \`npm run docs\` from the family tables in src/metrics; edit those. -->

Every metric the exporter serves. Words like *used*, *held* and *stuck* have one meaning each:

* A port is **used** while at least one socket holds its number, on any local address of either family and in any state. It has
  one **state**, that of its dominant socket: \`listen\` > \`established\` > \`transient\` > \`close_wait\` > \`bound\` > \`time_wait\`;
  for UDP \`established\` (connected) > \`unconnected\`.
* An **owner group** is a process name and a unit in a network namespace (\`netns\`, \`process\`, \`unit\`). Those without a name of
  their own are \`(other)\`; \`(kernel)\` and \`(unknown)\` have no process.
* A TCP port is **held** while it is bound or in CLOSE_WAIT and nothing else; it is **stuck** when one owner has held it for longer than
  \`--stuck.after\` (15 minutes).
* What could not be measured has no series; it is never 0. Counters begin at 0 with each start of the exporter; times, last remotes
  and names outlive it where there is a ledger file.
* \`netns\` is \`host\` for the initial network namespace, \`self\` when the exporter runs in another one, else a name of the
  namespace ([docs/namespaces.md](namespaces.md)); those without series of their own are \`(other)\` together.
* One answer holds about 2,000 series at most, however many programs, ports and remotes the host has.

\`collect[]\` and \`exclude[]\` in the URL of a scrape choose by the collector that is named with each family.
`;

/** The text of docs/metrics.md. */
export function metricDocs(): string {
  const sections = [
    section('The host', Object.keys(HOST_FAMILIES)),
    section('Owners of ports', Object.keys(PROCESS_FAMILIES)),
    section(
      'The exporter itself',
      FAMILY_KEYS.filter((key) => !(key in HOST_FAMILIES) && !(key in PROCESS_FAMILIES)),
    ),
  ];
  return `${INTRODUCTION}\n${sections.join('\n')}\n${OWN_PROCESS}`;
}

const OWN_PROCESS = `## The exporter's own process

\`process_*\` and \`nodejs_*\` (CPU, memory, file descriptors, event loop, garbage collection) come from prom-client and have its names;
\`--web.disable-exporter-metrics\` leaves them out.
`;

function section(title: string, keys: readonly string[]): string {
  return `## ${title}\n\n${(keys as readonly FamilyKey[]).map(entry).join('\n')}`;
}

function entry(key: FamilyKey): string {
  const family = familyOf(key);
  const { note, query } = NOTES[key];
  const lines = [`### \`${family.name}\``, '', family.help];
  if (note !== '') lines.push('', note);
  lines.push('', facts(family), '', '```promql', query, '```', '');
  return lines.join('\n');
}

function facts({ type, unit, labels, collector, platform }: Family): string {
  const parts = [
    `${type}, ${unit}`,
    `labels: ${labels.length === 0 ? 'none' : labels.map((label) => `\`${label}\``).join(', ')}`,
    `collector: ${COLLECTOR_TEXT[collector] ?? `\`${collector}\``}`,
  ];
  if (platform !== 'all') parts.push(platform === 'linux' ? 'Linux only' : 'Windows only');
  return `${parts.join(' · ')}`;
}

const COLLECTOR_TEXT: Readonly<Partial<Record<Family['collector'], string>>> = {
  protocol: '`tcp`, `udp` or, for the state of that name, `bound`',
  exporter: 'always served',
};
