import type { Sample } from '../../model/sample.ts';

/**
 * The sample as if all of it had happened `shiftMs` later: every unix time moves alike, so that ages and the order of things
 * stay; a time that is not known (0) stays so. The boot clock does not move.
 */
export function shiftTimes(sample: Sample, shiftMs: number): Sample {
  const shift = (atMs: number): number => (atMs > 0 ? atMs + shiftMs : atMs);
  return {
    ...sample,
    takenAtMs: shift(sample.takenAtMs),
    processes: sample.processes.map((process) => ({
      ...process,
      startMs: shift(process.startMs),
      executableChangeMs: shift(process.executableChangeMs),
    })),
    exitedProcesses: sample.exitedProcesses.map(({ pid, startMs }) => ({ pid, startMs: shift(startMs) })),
    sockets: { ...sample.sockets, createdMs: sample.sockets.createdMs.map(shift) },
    systemEvents: sample.systemEvents.map((event) => ({ ...event, lastMs: shift(event.lastMs) })),
  };
}
