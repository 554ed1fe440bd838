import { performance } from 'node:perf_hooks';
import { ExporterError } from '../../errors.ts';
import type { Piece, PieceOutcome, Problem } from '../../model/problem.ts';

/** Runs the pieces of one reading, times them, and turns their expected trouble into data. */
export class PieceLog {
  readonly outcomes: PieceOutcome[] = [];
  readonly problems: Problem[] = [];
  private readonly enabled: Readonly<Record<Piece, boolean>>;
  private readonly isLate: () => boolean;

  constructor(enabled: Readonly<Record<Piece, boolean>>, isLate: () => boolean) {
    this.enabled = enabled;
    this.isLate = isLate;
  }

  /**
   * What `work` returns, or undefined when the piece is switched off, failed or ran out of time. `work` itself returns
   * undefined when time ran out under it. Errors that are not ours are bugs and pass through.
   */
  run<T>(piece: Piece, work: () => T | undefined): T | undefined {
    if (!this.enabled[piece]) return undefined;
    const startMs = performance.now();
    let result: T | undefined;
    let timedOut = this.isLate();
    try {
      if (!timedOut) {
        result = work();
        timedOut = result === undefined;
      }
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      this.problems.push({ piece, code: error.code, message: error.message });
    }
    this.outcomes.push({ piece, success: result !== undefined, timedOut, durationMs: performance.now() - startMs });
    return result;
  }
}
