const UNITS = { w: 10_080, d: 1440, h: 60, m: 1 } as const;

/** Minutes of `1w2d3h4m` (any parts, in this order); undefined when it is not one. */
export function parseMinutes(text: string): number | undefined {
  const match = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$/.exec(text);
  if (match === null || text === '') return undefined;
  const [, weeks = '0', days = '0', hours = '0', minutes = '0'] = match;
  return Number(weeks) * UNITS.w + Number(days) * UNITS.d + Number(hours) * UNITS.h + Number(minutes);
}

/** `46m`, `3.4h`, `6.8d`: as the scores are printed. */
export function formatMinutes(minutes: number): string {
  if (minutes < 100) return `${Math.round(minutes)}m`;
  if (minutes < 2880) return `${(minutes / 60).toFixed(1)}h`;
  return `${(minutes / 1440).toFixed(1)}d`;
}
