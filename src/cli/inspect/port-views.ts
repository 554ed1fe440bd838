import type { JourneyAnswer, LifeSpanAnswer, PortAnswer } from '../../http/api/ports-schema.ts';
import { countText, durationText, timeText } from './quantities.ts';
import type { PortList } from './read-answer.ts';
import type { Style } from './terminal-style.ts';
import { type Cell, type Column, textTable } from './text-table.ts';
import { visibleText } from './visible-text.ts';

const SPAN_COLUMNS: readonly Column[] = [
  { heading: 'FROM', align: 'left' },
  { heading: 'FOR', align: 'right' },
  { heading: 'STATE', align: 'left' },
  { heading: 'OWNER', align: 'left', least: 12 },
  { heading: 'REMOTE', align: 'left', least: 18 },
];

const PORT_COLUMNS: readonly Column[] = [
  { heading: 'PORT', align: 'right' },
  { heading: 'STATE', align: 'left' },
  { heading: 'PID', align: 'right' },
  { heading: 'HELD FOR', align: 'right' },
  { heading: 'LAST REMOTE', align: 'left', least: 18 },
  { heading: 'LIFE LINE', align: 'left', least: 12 },
];

/** Stuck ports of one process, a line each, with what they were before. */
export function renderStuckPorts(process: string, { total, ports, takenAtMs }: PortList, style: Style): string {
  const name = visibleText(process);
  if (total === 0) return `${name} holds no stuck port.\n`;
  const heading = style.paint('heading', `${name} holds ${countText(total)} stuck ${total === 1 ? 'port' : 'ports'}`);
  const severalPlaces = ports.some(({ netns }) => netns !== ports[0]?.netns);
  const rows = ports.map((port): Cell[] => [
    { text: severalPlaces ? `${port.port}@${port.netns}` : String(port.port) },
    { text: port.state },
    { text: port.pid === undefined ? '-' : String(port.pid) },
    { text: port.heldSinceMs === undefined ? '-' : durationText(takenAtMs - port.heldSinceMs) },
    { text: port.remote ?? '(never seen)' },
    { text: lifeText(port.lifeLine ?? [], takenAtMs) },
  ]);
  const more = total - ports.length;
  const rest = more > 0 ? [style.paint('quiet', `and ${countText(more)} more: --limit=0 shows all`)] : [];
  return `${[heading, '', ...textTable(PORT_COLUMNS, rows, style), ...rest].join('\n')}\n`;
}

/** What became of one port number, namespace by namespace. */
export function renderJourney({ protocol, port, journeys, takenAtMs }: JourneyAnswer, style: Style): string {
  const sections = journeys.map(({ netns, now, lifeLine }) => {
    const heading = style.paint('heading', `${protocol} port ${port} in ${visibleText(netns)}`);
    const rows = lifeLine.map((span): Cell[] => [
      { text: timeText(span.fromMs) },
      { text: durationText((span.toMs ?? takenAtMs) - span.fromMs) },
      { text: span.state },
      { text: ownerText(span) },
      { text: span.remote ?? '' },
    ]);
    const table = rows.length === 0 ? ['nothing is remembered of it'] : textTable(SPAN_COLUMNS, rows, style);
    return [heading, nowText(now, takenAtMs), '', ...table].join('\n');
  });
  return `${sections.join('\n\n')}\n`;
}

function nowText(now: PortAnswer | undefined, takenAtMs: number): string {
  if (now === undefined) return 'free now';
  const pid = now.pid === undefined ? '' : ` (pid ${now.pid})`;
  const held =
    now.heldSinceMs === undefined ? '' : `, held without a connection for ${durationText(takenAtMs - now.heldSinceMs)}`;
  const remote =
    now.remote === undefined
      ? ''
      : now.heldSinceMs === undefined
        ? `, talking to ${now.remote}`
        : `, last seen talking to ${now.remote}`;
  return visibleText(
    `${now.state} now, by ${now.process}${pid} on ${now.local}${held}${remote}${now.stuck ? ': stuck' : ''}`,
  );
}

/** The spans before the present one, in short: `established 192.0.2.1:443 2m, close_wait 5s`. */
function lifeText(spans: readonly LifeSpanAnswer[], takenAtMs: number): string {
  return spans
    .map(({ state, remote, fromMs, toMs }) => {
      return [state, remote, durationText((toMs ?? takenAtMs) - fromMs)].filter(Boolean).join(' ');
    })
    .join(', ');
}

function ownerText({ process = '(forgotten)', unit, pid }: LifeSpanAnswer): string {
  const detail = [unit, pid === undefined ? undefined : `pid ${pid}`].filter(
    (part) => part !== undefined && part !== '',
  );
  return detail.length === 0 ? process : `${process} (${detail.join(', ')})`;
}
