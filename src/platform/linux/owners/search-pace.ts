const FIRST_RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 600_000;
// Retries fall on common instants, so that one walk serves all sockets that wait for one.
const RETRY_GRID_MS = 60_000;
const FREE_FRUITLESS_WALKS = 3;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/** Keeps sockets that nobody is found for (in-kernel ones, hidden ones) from costing a full walk in every sample. */
export class SearchPace {
  #fruitless = 0;
  #pausedUntilMs = 0;

  /** False while full walks pause because the last ones found nothing. */
  mayWalk(nowMs: number): boolean {
    return nowMs >= this.#pausedUntilMs;
  }

  noteWalk(fruitful: boolean, nowMs: number): void {
    this.#fruitless = fruitful ? 0 : this.#fruitless + 1;
    const doublings = this.#fruitless - FREE_FRUITLESS_WALKS;
    this.#pausedUntilMs = doublings < 0 ? 0 : nowMs + Math.min(FIRST_PAUSE_MS * 2 ** doublings, LONGEST_PAUSE_MS);
  }

  /** When a socket that `walks` complete looks did not find is looked for again, doubling up to ten minutes. */
  retryAtMs(walks: number, nowMs: number): number {
    const wait = Math.min(FIRST_RETRY_MS * 2 ** Math.min(walks, 10), LONGEST_RETRY_MS);
    return Math.ceil((nowMs + wait) / RETRY_GRID_MS) * RETRY_GRID_MS;
  }
}
