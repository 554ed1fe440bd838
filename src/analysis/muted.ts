import type { OwnerGroup } from '../model/attributed.ts';
import type { OwnerRule } from '../model/owner-rule.ts';

/** Why the config declares a group harmless, by the first rule that matches it; empty when none does. */
export function mutedReason({ kind, process, unit }: OwnerGroup, rules: readonly OwnerRule[]): string {
  if (kind !== 'named') return '';
  const rule = rules.find((one) => one.process.test(process) && (one.unit === undefined || one.unit.test(unit)));
  return rule?.muted === true ? rule.reason || 'declared harmless' : '';
}
