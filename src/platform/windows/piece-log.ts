import { ExporterError } from '../../errors.ts';
import type { Piece, PieceOutcome, Problem } from '../../model/problem.ts';
import { LATE } from '../worker-readings.ts';

/** Runs the pieces of one reading, times them, and turns their expected trouble into data. */
export interface PieceLog {
  readonly outcomes: readonly PieceOutcome[];
  readonly problems: readonly Problem[];
  report(problem: Problem): void;
  /** What `work` returns, or undefined when the piece is switched off, failed or ran out of time. Other errors pass through. */
  run<T>(piece: Piece, work: () => T | Promise<T>): Promise<T | undefined>;
}

export function createPieceLog(enabled: Readonly<Record<Piece, boolean>>, nowMs: () => number): PieceLog {
  const outcomes: PieceOutcome[] = [];
  const problems: Problem[] = [];
  return {
    outcomes,
    problems,
    report: (problem) => problems.push(problem),
    async run(piece, work) {
      if (!enabled[piece]) return undefined;
      const startMs = nowMs();
      const end = (success: boolean, timedOut: boolean): void => {
        outcomes.push({ piece, success, timedOut, durationMs: nowMs() - startMs });
      };
      try {
        const result = await work();
        end(true, false);
        return result;
      } catch (error) {
        if (error !== LATE && !(error instanceof ExporterError)) throw error;
        end(false, error === LATE);
        if (error instanceof ExporterError) problems.push({ piece, code: error.code, message: error.message });
        return undefined;
      }
    },
  };
}
