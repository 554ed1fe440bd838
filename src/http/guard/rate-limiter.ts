import type { RateLimit } from '../../config/web/web-config.ts';

/** A token bucket over all clients together, as exporter-toolkit has it. */
export interface RateLimiter {
  /** False when there is no token left; a changed limit begins with a full bucket. */
  take(limit: RateLimit | undefined): boolean;
}

/** @param nowMs monotonic clock */
export function createRateLimiter(nowMs: () => number): RateLimiter {
  let current: RateLimit | undefined;
  let tokens = 0;
  let filledMs = 0;
  return {
    take(limit) {
      if (limit === undefined) return true;
      const now = nowMs();
      if (limit.burst !== current?.burst || limit.intervalMs !== current.intervalMs) {
        current = limit;
        tokens = limit.burst;
        filledMs = now;
      }
      tokens = Math.min(limit.burst, tokens + (now - filledMs) / limit.intervalMs);
      filledMs = now;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
