import type { Step } from './panel-spec.ts';

/** Share of a capacity in use, 0 to 1. */
export const SHARE_STEPS: readonly Step[] = [
  { from: null, color: 'green' },
  { from: 0.8, color: 'orange' },
  { from: 0.95, color: 'red' },
];

/** Seconds until empty: the horizons of the alerts, then a month. */
export const TIME_LEFT_STEPS: readonly Step[] = [
  { from: null, color: 'red' },
  { from: 4 * 3600, color: 'orange' },
  { from: 3 * 86_400, color: 'yellow' },
  { from: 30 * 86_400, color: 'green' },
];

export const GREEN_THEN_RED: readonly Step[] = [
  { from: null, color: 'green' },
  { from: 1, color: 'red' },
];

export const RED_THEN_GREEN: readonly Step[] = [
  { from: null, color: 'red' },
  { from: 1, color: 'green' },
];

export const PLAIN: readonly Step[] = [{ from: null, color: 'text' }];
