import { type Finding, failure, ok, warning } from '../../platform/check.ts';
import { durationText, timeText } from '../inspect/quantities.ts';

/** This program was not there before: 2026-01-01. */
const EARLIEST_MS = 1_767_225_600_000;
/** Clocks of two programs on one host differ by nothing; a step of the clock does. */
const TOLERANCE_MS = 5_000;
const REMEDY = 'set the clock and keep it set: timedatectl set-ntp true (Windows: w32tm /resync)';

/** Whether the wall clock can be right: not before this program was written, nor before what it wrote itself. */
export function checkClock(wallMs: number, latestKnownMs: number): Finding {
  if (wallMs < EARLIEST_MS)
    return failure(`the clock says ${timeText(wallMs)}, before this program was written`, REMEDY);
  if (wallMs < latestKnownMs - TOLERANCE_MS) {
    const behind = durationText(latestKnownMs - wallMs);
    return warning(`the clock is ${behind} behind what the exporter wrote last: it was set back`, REMEDY);
  }
  return ok(`${timeText(wallMs)}`);
}
