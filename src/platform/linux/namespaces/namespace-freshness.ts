/** How long an unchanged namespace is believed to be so, and how long when each of its sockets is seen to be still there. */
const BELIEVED_MS = 60_000;
const CONFIRMED_MS = 3_600_000;

/** Judges whether what was read of a namespace still holds. */
export class NamespaceFreshness {
  readonly #pace: number;
  #counts = '';
  #readAtMs = Number.NEGATIVE_INFINITY;
  #changedAtMs = Number.NEGATIVE_INFINITY;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;

  /** `seed`: namespaces that were read together shall not all be read together again. */
  constructor(seed: number) {
    this.#pace = 0.5 + (seed % 64) / 128;
  }

  /** It was read whole while the kernel counted `counts`. */
  noteReading(nowMs: number, counts: string): void {
    if (counts !== this.#counts) this.#changedAtMs = nowMs;
    this.#counts = counts;
    this.#readAtMs = nowMs;
    this.#confirmedAtMs = nowMs;
  }

  /** What was read is not to be believed any more. */
  spoil(): void {
    this.#readAtMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * `confirm` looks whether every socket is still there. What has just changed may go on to where no count shows it (a socket
   * is made and only then bound): it is asked at once, then after as long as all was quiet, and once a minute in the end.
   */
  isFresh(nowMs: number, counts: string, confirm: () => boolean): boolean {
    if (counts !== this.#counts || nowMs - this.#readAtMs >= CONFIRMED_MS * this.#pace) return false;
    const quietMs = this.#confirmedAtMs - this.#changedAtMs;
    if (nowMs - this.#confirmedAtMs < Math.min(BELIEVED_MS * this.#pace, quietMs)) return true;
    if (!confirm()) return false;
    this.#confirmedAtMs = nowMs;
    return true;
  }
}
