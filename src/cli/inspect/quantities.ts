/** What stands where nothing was measured. */
export const UNKNOWN = '-';

export function countText(count: number | undefined): string {
  return count === undefined ? UNKNOWN : count.toLocaleString('en-US');
}

/** The two largest units of a time, rounded down. */
export function durationText(ms: number | undefined): string {
  if (ms === undefined) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}

export function paceText(perMinute: number | undefined): string {
  if (perMinute === undefined) return UNKNOWN;
  const digits = Math.abs(perMinute) < 10 ? 2 : 0;
  const text = perMinute.toFixed(digits);
  return Number(text) === 0 ? '0' : `${perMinute > 0 ? '+' : ''}${text}`;
}

export function percentText(part: number, whole: number): string {
  const percent = whole === 0 ? 100 : (part / whole) * 100;
  return `${percent < 10 ? percent.toFixed(1) : Math.floor(percent)} %`;
}

/** UTC, whole seconds. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
