import { COARSE_SECONDS } from './write-openmetrics.ts';

/** What a person chose at the top of a dashboard; `.+` and `.*` are "All". */
export type Choice = Readonly<Record<string, string>>;

const ALL: readonly string[] = ['.+', '.*'];

/** A query as Grafana would send it: variables as patterns, durations for this range and step. */
export function substitute(expr: string, choice: Choice, rangeSeconds: number, stepSeconds: number): string {
  const rateInterval = Math.max(stepSeconds + COARSE_SECONDS, 4 * COARSE_SECONDS);
  return expr
    .replaceAll('$__rate_interval', `${rateInterval}s`)
    .replaceAll('$__range', `${rangeSeconds}s`)
    .replace(/\$([a-z]+)/g, (whole, name: string) => {
      const value = choice[name];
      if (value === undefined) return whole;
      return ALL.includes(value) ? value : escapeForPattern(value);
    });
}

/** Grafana's escaping of a chosen value inside a quoted pattern. */
function escapeForPattern(value: string): string {
  return value.replace(/\\/g, '\\\\\\\\').replace(/[$^*{}[\]'+?.()|]/g, '\\\\$&');
}
