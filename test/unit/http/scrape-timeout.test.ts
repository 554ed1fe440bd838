import { expect, test } from 'vitest';
import { scrapeTimeoutMs } from '../../../src/http/scrape-timeout.ts';

test.each([
  ['10', 9500],
  ['10.000000', 9500],
  ['1', 500],
  ['0.5', 250],
  ['0.0001', 0],
  ['3600', 59_500],
  [undefined, 9500],
  ['', 9500],
  ['0', 9500],
  ['-1', 9500],
  ['1e9', 9500],
  ['soon', 9500],
])('a scraper that says %j gets its answer within %d ms', (header, timeoutMs) => {
  expect(scrapeTimeoutMs(header)).toBe(timeoutMs);
});
