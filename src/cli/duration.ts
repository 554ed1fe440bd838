/** Units of a Prometheus duration, largest first; each at most once and in this order. */
const UNITS = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const PATTERN = new RegExp(`^${UNITS.map(([unit]) => `(?:(\\d{1,15})${unit})?`).join('')}$`);

/** Milliseconds of a duration as Prometheus writes them (`5s`, `15m`, `1h30m`, `0`); undefined when it is none. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  const match = text === '' ? null : PATTERN.exec(text);
  if (match === null) return undefined;
  const total = UNITS.reduce((sum, [, unitMs], index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0);
  return Number.isSafeInteger(total) ? total : undefined;
}
