import type { ProcessRow, Sample } from '../../model/sample.ts';

/**
 * A recording is gzipped NDJSON: a header, then one line per sample, a keyframe now and then and deltas in between. It is a
 * bug report, a test fixture and a demo, so unzipped it can be read and cut with ordinary tools.
 */
export const RECORDING_FORMAT = 'ephemeral-port-exporter-recording';
export const RECORDING_VERSION = 1;

export interface RecordingHeader {
  readonly format: string;
  readonly version: number;
  /** True when addresses and paths were replaced by stand-ins before they were written. */
  readonly anonymized: boolean;
}

/** Everything of a sample but its sockets, processes and connection events; small, so it is written whole each time. */
export type RecordedRest = Omit<Sample, 'sockets' | 'processes' | 'connectionEvents'>;

/**
 * One line. Sockets are numbered by position; a delta says which positions fell free and what came. Newcomers take the free
 * positions first, the last freed first.
 */
export interface RecordedSample {
  readonly kind: 'key' | 'delta';
  readonly rest: RecordedRest;
  /** Processes that are new or changed since the keyframe. */
  readonly processes: readonly ProcessRow[];
  readonly left: readonly number[];
  /** Socket texts, see socket-text.ts. */
  readonly came: readonly string[];
  /** Connection events: kind, boot ms, then a socket text. */
  readonly events: readonly (readonly [kind: 'opened' | 'closed', atMs: number, socket: string])[];
}
