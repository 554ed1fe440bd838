import type { ProbeFailures } from '../model/report.ts';
import type { Sample, SystemEventCount } from '../model/sample.ts';
import { countProbeFailures } from './probe-failures.ts';
import { countSystemEvents } from './system-events.ts';

/** The little that reports need beside the ledger: running totals, and where the boot clock stands in wall time. */
export interface ReportMemory {
  readonly probeFailures: readonly ProbeFailures[];
  readonly systemEvents: readonly SystemEventCount[];
  /** Unix ms at which the boot clock was 0; NaN before the first sample. */
  readonly bootEpochMs: number;
}

export const EMPTY_MEMORY: ReportMemory = { probeFailures: [], systemEvents: [], bootEpochMs: Number.NaN };

/** A clock that was set moves every time by more than this; slewing and the gap between two readings of clocks do not. */
const CLOCK_STEP_MS = 1_000;

/** The memory with one more sample in it. */
export function rememberSample(previous: ReportMemory, sample: Sample): ReportMemory {
  const epochMs = sample.takenAtMs - sample.bootMs;
  // Kept while it is good enough, so that the unix time of something that stands still stands still as well.
  const isKept = Math.abs(epochMs - previous.bootEpochMs) <= CLOCK_STEP_MS;
  return {
    probeFailures: countProbeFailures(previous.probeFailures, sample.probes),
    systemEvents: countSystemEvents(previous.systemEvents, sample),
    bootEpochMs: isKept ? previous.bootEpochMs : epochMs,
  };
}
