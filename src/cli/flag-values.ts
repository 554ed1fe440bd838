import { parseListenAddress } from '../http/listen-address.ts';
import { parseDurationMs } from './duration.ts';
import { rejectValue } from './flag.ts';

/** Paths that the server needs for itself. */
const RESERVED_PATHS = ['/-/healthy', '/-/ready', '/health'];

/** @throws ExporterError EPH_USAGE unless the text is one of `choices`. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => choices.find((choice) => choice === text) ?? rejectValue(`must be one of ${choices.join(', ')}`);
}

/** A duration within inclusive bounds, both written as durations. @throws ExporterError EPH_USAGE */
export function durationBetween(least: string, most: string): (text: string) => number {
  const [leastMs, mostMs] = [parseDurationMs(least) ?? 0, parseDurationMs(most) ?? 0];
  return (text) => {
    const durationMs = parseDurationMs(text);
    if (durationMs === undefined) rejectValue('must be a duration such as 5s, 15m or 1h30m');
    if (durationMs < leastMs || durationMs > mostMs) rejectValue(`must be from ${least} to ${most}`);
    return durationMs;
  };
}

/** A whole number within inclusive bounds. @throws ExporterError EPH_USAGE */
export function integerBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) rejectValue(`must be a whole number from ${least} to ${most}`);
    return value;
  };
}

/** A factor above 0, at most `most`. @throws ExporterError EPH_USAGE */
export function factorUpTo(most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value > 0 && value <= most)) rejectValue(`must be a number above 0, at most ${most}`);
    return value;
  };
}

/** A share of one core written in percent, as a ratio. @throws ExporterError EPH_USAGE */
export function parsePercent(text: string): number {
  const value = /^\d{1,3}(?:\.\d{1,6})?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number.NaN;
  if (!(value > 0 && value <= 1)) rejectValue('must be a percentage above 0% and up to 100%, such as 1% or 0.5%');
  return value;
}

/** A path to serve metrics under. @throws ExporterError EPH_USAGE */
export function parseTelemetryPath(text: string): string {
  if (!/^\/[A-Za-z0-9._~/-]*$/.test(text)) rejectValue('must begin with / and hold only letters, digits and . _ ~ / -');
  if (RESERVED_PATHS.includes(text) || text.startsWith('/api/')) rejectValue('is a path of the exporter itself');
  return text;
}

/** A file path, empty for none. @throws ExporterError EPH_USAGE */
export function parsePath(text: string): string {
  if (text.includes('\0')) rejectValue('must not hold a NUL byte');
  return text;
}

/** A file path that must be given. @throws ExporterError EPH_USAGE */
export function parseNonEmptyPath(text: string): string {
  return text === '' ? rejectValue('must not be empty') : parsePath(text);
}

/** A file that textfile collectors read, empty for none. @throws ExporterError EPH_USAGE */
export function parseTextfilePath(text: string): string {
  if (text !== '' && !text.endsWith('.prom')) rejectValue('must end with .prom: collectors read no other file');
  return parsePath(text);
}

/** A listen address, unchanged once it is well formed. @throws ExporterError EPH_USAGE */
export function checkListenAddress(text: string): string {
  if (parseListenAddress(text) === undefined) rejectValue('must be host:port, :port or [ipv6]:port');
  return text;
}
