/**
 * What a socket row's `process` column says when no process could be named (values below 0; 0 and up index
 * `Sample.processes`).
 */
export const OWNER_CODE = {
  /** The kernel itself: an orphan that is still closing, or an inode that no process holds after a complete look. */
  kernel: -1,
  /** A process we may not look into. */
  noPermission: -2,
  /** Not found in time: it vanished while we looked, or the budget of this sample was spent. */
  gone: -3,
  /** TIME_WAIT has no owner on any system; the ledger may remember one. */
  timeWait: -4,
} as const;

/** Reasons of `ephemeral_port_exporter_unattributed_ports`. */
export const UNATTRIBUTED_REASONS = ['no_permission', 'gone', 'kernel', 'time_wait'] as const;
export type UnattributedReason = (typeof UNATTRIBUTED_REASONS)[number];

/** The reason of an owner code; index by `-code - 1`. */
export const REASON_OF_OWNER_CODE: readonly UnattributedReason[] = ['kernel', 'no_permission', 'gone', 'time_wait'];
