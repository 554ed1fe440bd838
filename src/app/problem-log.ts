import type { Log } from '../log.ts';
import type { Problem } from '../model/problem.ts';

/** A problem that comes and goes is told again after so long at the earliest. */
const TELL_AGAIN_MS = 3_600_000;

/** Writes each problem of the samples to the log when it appears, and not again with every sample. */
export function createProblemLog(log: Log, nowMs: () => number): (problems: readonly Problem[]) => void {
  const toldAtMs = new Map<string, number>();
  let present = new Set<string>();

  return (problems) => {
    const now = new Set(problems.map(({ piece, code }) => `${piece} ${code}`));
    for (const { piece, code, message } of problems) {
      const key = `${piece} ${code}`;
      const isDue = nowMs() - (toldAtMs.get(key) ?? Number.NEGATIVE_INFINITY) >= TELL_AGAIN_MS;
      if (present.has(key) || !isDue) continue;
      toldAtMs.set(key, nowMs());
      log.warn(message, { piece, code });
    }
    present = now;
  };
}
