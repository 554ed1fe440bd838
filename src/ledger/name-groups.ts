import type { Group } from './group-table.ts';
import type { LedgerState } from './ledger-state.ts';

/** Ports that earn a group a name of its own. */
const NAMED_FROM_PORTS = 10;

/** How long a name is kept, where names are not short, after its group was last worth it. */
const KEEP_NAME_MS = 24 * 3_600_000;

/**
 * Gives names to the groups that are worth one and takes names away (DESIGN section 4, "Bounded by construction"). Runs after
 * the events of a sample were credited: a new name starts at 0 with the ports that earned it.
 */
export function nameGroups({ groups, options }: LedgerState, bootMs: number): void {
  const candidates: Group[] = [];
  for (const group of groups.groups) {
    if (group === undefined || group.kind !== 'named') continue;
    if (isWorthAName(group)) group.earnedAtMs = bootMs;
    else if (!group.isNamed) continue;
    if (bootMs - group.earnedAtMs <= KEEP_NAME_MS) candidates.push(group);
    else groups.demote(group);
  }
  candidates.sort((a, b) => compare(a, b, bootMs));
  for (const group of candidates.slice(options.processLimit)) if (group.isNamed) groups.demote(group);
  for (const group of candidates.slice(0, options.processLimit)) if (!group.isNamed) groups.promote(group);
}

function isWorthAName(group: Group): boolean {
  return group.ports >= NAMED_FROM_PORTS || group.stuck > 0 || group.linkLocal > 0;
}

/** Stuck first, then most ports, then names that are only kept; among equals who has a name keeps it. */
function compare(a: Group, b: Group, bootMs: number): number {
  const byStuck = Number(b.stuck > 0) - Number(a.stuck > 0);
  if (byStuck !== 0) return byStuck;
  const byWorth = Number(b.earnedAtMs === bootMs) - Number(a.earnedAtMs === bootMs);
  if (byWorth !== 0) return byWorth;
  return b.ports - a.ports || Number(b.isNamed) - Number(a.isNamed) || (labels(a) < labels(b) ? -1 : 1);
}

function labels({ netns, process, unit }: Group): string {
  return `${netns}\n${process}\n${unit}`;
}
