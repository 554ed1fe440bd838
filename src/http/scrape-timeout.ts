/** What a scraper that names no timeout is taken to have: the default `scrape_timeout` of Prometheus. */
const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 60;
/** Kept back for serialising, compressing and the network. */
const MARGIN_MS = 500;

/** Time for an answer, ms, from `X-Prometheus-Scrape-Timeout-Seconds`: less a margin, at least half of what was given. */
export function scrapeTimeoutMs(header: string | undefined): number {
  const given = header === undefined || !/^\d+(?:\.\d+)?$/.test(header) ? Number.NaN : Number(header);
  const seconds = given > 0 ? Math.min(given, MAX_SECONDS) : DEFAULT_SECONDS;
  return Math.round(Math.max(seconds * 1000 - MARGIN_MS, seconds * 500));
}
