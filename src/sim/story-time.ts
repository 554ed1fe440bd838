import type { Amount, Moments } from './scenario.ts';

const DAY = 1440;

/** All moments up to `end`, sorted. */
export function momentsUntil(moments: Moments, end: number): number[] {
  const all = moments.flatMap((moment) => {
    if (typeof moment === 'number') return [moment];
    const last = Math.min(end, moment.until ?? end);
    const repeated: number[] = [];
    for (let at = moment.from; at <= last; at += moment.every) repeated.push(at);
    return repeated;
  });
  return all.filter((at) => at <= end).sort((a, b) => a - b);
}

/** An amount at a minute of the story; the story begins on a Monday at midnight. */
export function amountAt(amount: Amount, minute: number): number {
  if (typeof amount === 'number') return amount;
  const hour = (minute % DAY) / 60;
  const factor = amount.weekdays[Math.floor(minute / DAY) % 7] as number;
  const points = amount.hours;
  const after = points.findIndex(([at]) => at > hour);
  const first = points[0] as [number, number];
  const last = points[points.length - 1] as [number, number];
  const [fromHour, from] =
    after <= 0 ? (after < 0 ? last : [last[0] - 24, last[1]]) : (points[after - 1] as [number, number]);
  const [toHour, to] = after < 0 ? [first[0] + 24, first[1]] : (points[after] as [number, number]);
  const share = toHour === fromHour ? 0 : (hour - fromHour) / (toHour - fromHour);
  return factor * (from + share * (to - from));
}
