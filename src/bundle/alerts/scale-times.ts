import { isAlert, type RuleGroup } from './rule.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The same rules with every time in them divided, so that the whole chain can be tried in minutes. */
export function scaleTimes(groups: readonly RuleGroup[], divisor: number): RuleGroup[] {
  if (divisor === 1) return [...groups];
  const duration = (text: string): string => scaledDuration(text, divisor);
  return groups.map((group) => ({
    ...group,
    interval: duration(group.interval),
    rules: group.rules.map((rule) => {
      const expr = scaledExpr(rule.expr, divisor);
      if (!isAlert(rule)) return { ...rule, expr };
      const { keepFiringFor, ...rest } = rule;
      const keep = keepFiringFor === undefined ? {} : { keepFiringFor: duration(keepFiringFor) };
      return { ...rest, ...keep, expr, for: duration(rule.for) };
    }),
  }));
}

/** Ranges, offsets, and seconds: the definitions write seconds as a product with 3600 or 86400, and nothing else so. */
function scaledExpr(expr: string, divisor: number): string {
  return expr
    .replace(
      /(\[|\boffset )(\d+[smhd])\b/g,
      (_, before: string, text: string) => before + scaledDuration(text, divisor),
    )
    .replace(/\* (3600|86400)\b/g, (_, seconds: string) => `* ${Number(seconds) / divisor}`);
}

function scaledDuration(text: string, divisor: number): string {
  const amount = Number.parseInt(text, 10) * (UNIT_MS[text.slice(-1)] ?? Number.NaN);
  return amount === 0 ? text : `${Math.max(1, Math.round(amount / divisor))}ms`;
}
