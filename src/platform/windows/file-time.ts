/** Unix epoch in FILETIME units (100 ns since 1601-01-01 UTC), as ms. */
const UNIX_EPOCH_MS = 11_644_473_600_000;

/** Unix ms of a FILETIME given as its two 32-bit halves; 0 for "none" (0) and for anything before 1970. */
export function fileTimeToUnixMs(low: number, high: number): number {
  const ms = Math.floor((high * 4_294_967_296 + low) / 10_000) - UNIX_EPOCH_MS;
  return ms > 0 ? ms : 0;
}
