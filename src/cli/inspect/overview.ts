import type { VerdictKind } from '../../analysis/verdict.ts';
import type { OwnerAnswer } from '../../http/api/owner-schema.ts';
import type { StatusAnswer } from '../../http/api/status-schema.ts';
import { countText, durationText, paceText, percentText, timeText, UNKNOWN } from './quantities.ts';
import type { Style, Tone } from './terminal-style.ts';
import { type Cell, type Column, textTable, wrapText } from './text-table.ts';
import { toldPools } from './told-pools.ts';

export interface OverviewOptions {
  /** Rows of owners at most; 0 is all. */
  readonly limit: number;
  /** True for a reading without memory: no age is known. */
  readonly oneShot: boolean;
}

const TONE_OF_VERDICT: Readonly<Record<VerdictKind, Tone>> = {
  nothing_read: 'danger',
  exhausted: 'danger',
  leaking: 'danger',
  time_wait_storm: 'warning',
  busy_destination: 'warning',
  near: 'warning',
  stuck: 'warning',
  held: 'warning',
  blind: 'warning',
  fine: 'good',
};

const OWNER_COLUMNS: readonly Column[] = [
  { heading: 'OWNER', align: 'left', least: 12 },
  { heading: 'PORTS', align: 'right' },
  { heading: 'BOUND', align: 'right' },
  { heading: 'ESTAB', align: 'right' },
  { heading: 'TWAIT', align: 'right' },
  { heading: 'CWAIT', align: 'right' },
  { heading: 'STUCK', align: 'right' },
  { heading: '/MIN', align: 'right' },
  { heading: 'OLDEST', align: 'right' },
  { heading: 'LAST REMOTE', align: 'left', least: 18 },
];

/** The whole host on one screen: verdict, ranges, owners, and what could not be seen. */
export function renderOverview(status: StatusAnswer, { limit, oneShot }: OverviewOptions, style: Style): string {
  const owners = limit === 0 ? status.owners : status.owners.slice(0, limit);
  const nowMs = status.takenAtMs ?? 0;
  const hidden = status.owners.length - owners.length;
  const pools = toldPools(status.pools, limit);
  const hiddenPools = status.pools.length - pools.length;
  const sections = [
    wrapText(status.verdict.sentence, style.columns).map((line) =>
      style.paint(TONE_OF_VERDICT[status.verdict.kind], line),
    ),
    [style.paint('quiet', whenText(status, oneShot))],
    [
      '',
      ...textTable(
        poolColumns,
        pools.map((pool) => poolRow(pool, status)),
        style,
      ),
    ],
    hiddenPools > 0
      ? [
          style.paint(
            'quiet',
            `and ${countText(hiddenPools)} ranges of other namespaces, less full: --limit=0 shows all`,
          ),
        ]
      : [],
    owners.length === 0
      ? ['', 'Nobody holds a port of the range.']
      : [
          '',
          ...textTable(
            OWNER_COLUMNS,
            owners.map((owner) => ownerRow(owner, nowMs, oneShot, status)),
            style,
          ),
        ],
    hidden > 0 ? [style.paint('quiet', `and ${countText(hidden)} more owners: --limit=0 shows all`)] : [],
    problemLines(status, style),
    nextLines(status, style),
  ];
  return `${sections.flat().join('\n')}\n`;
}

const poolColumns: readonly Column[] = [
  { heading: 'RANGE', align: 'left', least: 12 },
  { heading: 'USED', align: 'right' },
  { heading: 'OF', align: 'right' },
  { heading: '', align: 'right' },
  { heading: 'HEADROOM', align: 'right' },
  { heading: 'TIME LEFT', align: 'right' },
];

function poolRow(pool: StatusAnswer['pools'][number], { ranges, probes }: StatusAnswer): Cell[] {
  const range = ranges.find(({ netns, protocol }) => netns === pool.netns && protocol === pool.protocol);
  const share = pool.capacity === 0 ? 1 : pool.used / pool.capacity;
  const failed = probes.some(({ protocol, code }) => protocol === pool.protocol && code !== '');
  const tone: Tone | undefined = share >= 0.95 || failed ? 'danger' : share >= 0.8 ? 'warning' : undefined;
  const span = range === undefined ? '' : ` ${range.first}-${range.last}`;
  const room = pool.headroom;
  return [
    { text: `${pool.protocol} ${pool.netns}${span}` },
    { text: countText(pool.used) },
    { text: countText(pool.capacity) },
    { text: percentText(pool.used, pool.capacity), ...(tone && { tone }) },
    {
      text:
        room === undefined
          ? UNKNOWN
          : room.low === room.high
            ? countText(room.low)
            : `${countText(room.low)}-${countText(room.high)}`,
    },
    { text: durationText(pool.timeLeftMs), ...(pool.timeLeftMs !== undefined && { tone: 'danger' as const }) },
  ];
}

function ownerRow(owner: OwnerAnswer, nowMs: number, oneShot: boolean, { pools }: StatusAnswer): Cell[] {
  const place = pools.some(({ netns }) => netns !== pools[0]?.netns) ? ` @${owner.netns}` : '';
  const unit = owner.unit === '' ? '' : ` (${owner.unit})`;
  const stuckTone: Tone | undefined =
    owner.mutedReason !== undefined ? 'quiet' : owner.stuck > 0 ? 'warning' : undefined;
  const remote = owner.stuckRemotes[0];
  const oldest = oneShot || owner.oldestHeldMs === undefined ? UNKNOWN : durationText(nowMs - owner.oldestHeldMs);
  return [
    { text: `${owner.process}${unit}${place}`, ...(owner.isLeaking && { tone: 'danger' as const }) },
    { text: countText(owner.ports) },
    { text: countText(owner.tcp.bound) },
    { text: countText(owner.tcp.established) },
    { text: countText(owner.tcp.time_wait) },
    { text: countText(owner.tcp.close_wait) },
    { text: oneShot ? UNKNOWN : countText(owner.stuck), ...(stuckTone && { tone: stuckTone }) },
    {
      text: paceText(owner.leakPortsPerMinute ?? owner.portsPerMinute),
      ...(owner.isLeaking && { tone: 'danger' as const }),
    },
    { text: oldest },
    { text: remote?.remote ?? '' },
  ];
}

function whenText({ takenAtMs, ledgerStartMs }: StatusAnswer, oneShot: boolean): string {
  if (takenAtMs === undefined) return 'no sample yet';
  const at = `as of ${timeText(takenAtMs)}`;
  if (oneShot)
    return `${at}; read here and now: ages, stuck ports and last remotes are not known without a running exporter`;
  return ledgerStartMs === undefined
    ? at
    : `${at}; ports are remembered for ${durationText(takenAtMs - ledgerStartMs)}`;
}

function problemLines({ problems }: StatusAnswer, style: Style): string[] {
  if (problems.length === 0) return [];
  const lines = problems.flatMap(({ code, meaning, message }) => {
    return wrapText(`${code}: ${message ?? meaning}`, style.columns - 2).map((line) => `  ${line}`);
  });
  return ['', style.paint('heading', 'What could not be seen:'), ...lines];
}

function nextLines({ owners }: StatusAnswer, style: Style): string[] {
  const suspect = owners.find(({ stuck, kind }) => stuck > 0 && kind === 'named');
  if (suspect === undefined) return [];
  // A name that a shell would take apart is left to the reader to quote.
  const name = /^[\w.@:+-]+$/.test(suspect.process) ? suspect.process : 'NAME';
  return ['', style.paint('quiet', `next: ephemeral-port-exporter inspect --process=${name}`)];
}
