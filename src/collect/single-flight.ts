export interface SingleFlight {
  /** Starts the work, or joins the one that is under way. */
  join(): Promise<void>;
  /** Resolves when none is under way; never rejects. */
  settled(): Promise<void>;
}

/** Runs `work` at most once at a time: whoever asks while it runs shares the one run. */
export function singleFlight(work: () => Promise<void>): SingleFlight {
  let flight: Promise<void> | undefined;
  return {
    join() {
      flight ??= work().finally(() => {
        flight = undefined;
      });
      return flight;
    },
    async settled() {
      await flight?.catch(() => {});
    },
  };
}
