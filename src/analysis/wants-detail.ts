import { type GroupReport, REMOTE_LABEL, type Report } from '../model/report.ts';

/** Whether samples alone do not tell where a leak goes, and what is needed to say so again. */
export interface DetailMemory {
  /** By owner group. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** Boot clock, ms: until then more detail is wanted. */
  readonly wantedUntilMs: number;
}

/** Stuck ports of a group at the begin of a window, or the least of them since. */
interface Mark {
  readonly sinceMs: number;
  readonly stuck: number;
  readonly neverSeen: number;
}

export const NO_DETAIL: DetailMemory = { marks: new Map(), wantedUntilMs: Number.NEGATIVE_INFINITY };

// One stuck port is chance. The window and the time kept are alike, so that a steady leak does not switch on and off.
const GROWN_PORTS = 3;
const WINDOW_MS = 15 * 60_000;
const KEPT_MS = 15 * 60_000;

/** The memory with one more report in it; a report without the TCP table changes nothing. */
export function rememberUnseen(previous: DetailMemory, report: Report): DetailMemory {
  if (!report.pieces.some(({ piece, success }) => piece === 'tcp' && success)) return previous;
  const nowMs = report.bootMs;
  const marks = new Map<string, Mark>();
  let { wantedUntilMs } = previous;
  for (const group of report.groups) {
    // Folding moves ports between the groups without a name, and what is muted is not to be looked into.
    if (group.kind !== 'named' || group.mutedReason !== '') continue;
    const key = JSON.stringify([group.netns, group.process, group.unit]);
    const now: Mark = { sinceMs: nowMs, stuck: group.stuck.ports, neverSeen: neverSeenPorts(group) };
    const mark = previous.marks.get(key) ?? now;
    const hasGrown = now.stuck - mark.stuck >= GROWN_PORTS && now.neverSeen - mark.neverSeen >= GROWN_PORTS;
    if (hasGrown) wantedUntilMs = nowMs + KEPT_MS;
    marks.set(key, hasGrown || nowMs - mark.sinceMs >= WINDOW_MS ? now : leastOf(mark, now));
  }
  return { marks, wantedUntilMs };
}

/** True while some owner's stuck ports grow with remotes that were not seen, and for 15 minutes after. */
export function wantsDetail({ wantedUntilMs }: DetailMemory, bootMs: number): boolean {
  return bootMs < wantedUntilMs;
}

function neverSeenPorts({ stuck }: GroupReport): number {
  return stuck.remotes.find(({ remote }) => remote === REMOTE_LABEL.neverSeen)?.ports ?? 0;
}

/** A leaker that was restarted grows from what it has then. */
function leastOf({ sinceMs, stuck, neverSeen }: Mark, now: Mark): Mark {
  return { sinceMs, stuck: Math.min(stuck, now.stuck), neverSeen: Math.min(neverSeen, now.neverSeen) };
}
