import { type AcceptEntry, parseAccept } from './accept.ts';
import type { MetricsFormat } from './exporter-view.ts';

/** Content types of the formats: Prometheus text exposition 0.0.4 and OpenMetrics 1.0.0. */
export const CONTENT_TYPE: Readonly<Record<MetricsFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * The format a scraper prefers: the acceptable one with the highest q, at equal q the one listed first; text for
 * wildcards and as the last resort (a scrape is never refused for its Accept header).
 */
export function negotiateFormat(accept: string | undefined): MetricsFormat {
  let best: MetricsFormat = 'text';
  let bestQuality = 0;
  for (const entry of parseAccept(accept)) {
    const format = formatOf(entry);
    if (format !== undefined && entry.quality > bestQuality) [best, bestQuality] = [format, entry.quality];
  }
  return best;
}

/** Whether gzip may be used: named or `*` with q above 0, a named entry before the wildcard. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const entries = parseAccept(acceptEncoding);
  const entry =
    entries.find(({ value }) => value === 'gzip' || value === 'x-gzip') ?? entries.find(({ value }) => value === '*');
  return entry !== undefined && entry.quality > 0;
}

function formatOf({ value, parameters }: AcceptEntry): MetricsFormat | undefined {
  const version = parameters.get('version');
  if (value === 'application/openmetrics-text') {
    return version === undefined || version === '1.0.0' ? 'openmetrics' : undefined;
  }
  if (value === 'text/plain') return version === undefined || version === '0.0.4' ? 'text' : undefined;
  return value === 'text/*' || value === '*/*' ? 'text' : undefined;
}
