import { expect, test } from 'vitest';
import { parseDurationMs } from '../../../src/cli/duration.ts';

test.each([
  ['0', 0],
  ['250ms', 250],
  ['5s', 5000],
  ['15m', 900_000],
  ['1h30m', 5_400_000],
  ['1d', 86_400_000],
  ['1y2w3d4h5m6s7ms', 365 * 86_400_000 + 14 * 86_400_000 + 3 * 86_400_000 + 4 * 3_600_000 + 5 * 60_000 + 6007],
])('%s is %d ms', (text, durationMs) => {
  expect(parseDurationMs(text)).toBe(durationMs);
});

test.each(['', '5', '5 s', '1.5h', '-5s', '30m1h', '5s5s', '5S', 'ms', '999999999999999y'])(
  '%j is no duration',
  (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  },
);
