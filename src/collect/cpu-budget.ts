/** Longest interval between two samples: beyond it the CPU budget gives way (DESIGN section 5). */
export const LONGEST_INTERVAL_MS = 60_000;

/** Between two readings of a burst, begin to begin. */
export const BURST_INTERVAL_MS = 500;

/** Loading and compiling our own code is paid for by nobody: for so long after the start no debt is carried over. */
const WARM_UP_MS = 60_000;

export interface CpuBudgetOptions {
  /** Share of one core, 0.01 is 1 %. */
  readonly share: number;
  /** Interval that is kept while the budget allows, ms. */
  readonly intervalMs: number;
  /** CPU time this process has used so far, all its threads, ms. */
  readonly cpuMs: () => number;
  /** Monotonic time, ms. */
  readonly nowMs: () => number;
}

/** Decides when the next sample may be taken so that the whole exporter stays within its share of a core. */
export interface CpuBudget {
  /** To be called before and after each sample; between the two lies its cost. */
  sampleBegins(): void;
  sampleEnds(): void;
  /** True when a sample on request (a scrape) can be paid now. */
  allowsExtraSample(): boolean;
  /** From the end of the last sample to the begin of the next, ms; at most {@link LONGEST_INTERVAL_MS}. */
  delayMs(): number;
  /** As {@link delayMs}, but {@link BURST_INTERVAL_MS} apart as long as what was saved pays for it. */
  burstDelayMs(): number;
  /** The interval now kept, begin to begin, ms. */
  effectiveIntervalMs(): number;
}

/**
 * A token bucket in CPU milliseconds: `share` ms flow in with each ms of time, all CPU of the process flows out (scrapes
 * and page included). A sample is due once the bucket holds what one is expected to cost, or after the longest interval.
 * Debt and credit are bounded, so that neither a start-up burst nor a quiet night is remembered for long.
 */
export function createCpuBudget({ share, intervalMs, cpuMs, nowMs }: CpuBudgetOptions): CpuBudget {
  const startedAt = nowMs();
  let balance = share * intervalMs;
  let settledAt = startedAt;
  let settledCpu = cpuMs();
  let began = { at: settledAt, cpu: settledCpu };
  let expectedCost = 0;
  let interval = intervalMs;

  const settle = (): void => {
    const at = nowMs();
    const cpu = cpuMs();
    const credit = Math.max(2 * expectedCost, share * intervalMs);
    const debt = at - startedAt < WARM_UP_MS ? 0 : -share * LONGEST_INTERVAL_MS;
    balance = Math.min(credit, Math.max(debt, balance + share * (at - settledAt) - (cpu - settledCpu)));
    settledAt = at;
    settledCpu = cpu;
  };

  const delayMs = (): number => {
    settle();
    const sinceBegin = settledAt - began.at;
    const untilPaid = (expectedCost - balance) / share;
    return Math.max(0, Math.min(LONGEST_INTERVAL_MS - sinceBegin, Math.max(intervalMs - sinceBegin, untilPaid)));
  };

  return {
    sampleBegins() {
      settle();
      interval = Math.max(intervalMs, Math.min(LONGEST_INTERVAL_MS, settledAt - began.at));
      began = { at: settledAt, cpu: settledCpu };
    },
    sampleEnds() {
      settle();
      const cost = settledCpu - began.cpu;
      expectedCost = expectedCost === 0 ? cost : 0.7 * expectedCost + 0.3 * cost;
    },
    allowsExtraSample() {
      settle();
      return balance >= expectedCost;
    },
    delayMs,
    burstDelayMs() {
      const steadyMs = delayMs();
      // What is missing flows in over a whole interval: the steady readings stay on time, and so bursts stay short.
      if (balance < expectedCost) return steadyMs;
      return Math.min(steadyMs, Math.max(0, BURST_INTERVAL_MS - (settledAt - began.at)));
    },
    effectiveIntervalMs: () => interval,
  };
}
