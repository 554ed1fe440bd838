/** Counts what runs at once. */
export interface ConcurrencyLimit {
  /** Runs `work`; undefined, without running it, when as many run already. */
  run<T>(work: () => Promise<T>): Promise<T> | undefined;
}

/** A limit of `most` at once; 0 is no limit. */
export function createConcurrencyLimit(most: number): ConcurrencyLimit {
  let running = 0;
  return {
    run(work) {
      if (most > 0 && running >= most) return undefined;
      running++;
      return work().finally(() => {
        running--;
      });
    },
  };
}
