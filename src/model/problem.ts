/**
 * The parts that a sample is read in; each has its own success, duration and timeout series, and
 * `--collector.<piece>` / `--no-collector.<piece>` where it can be switched off.
 */
export const PIECES = ['range', 'tcp', 'bound', 'udp', 'owners', 'probe', 'namespaces', 'trace', 'events'] as const;
export type Piece = (typeof PIECES)[number];

/** Expected trouble, as data: something could not be measured. A number that a problem touches is absent or a lower bound. */
export interface Problem {
  readonly piece: Piece | 'ledger' | 'textfile';
  /** Stable code of errors.ts, `EPH_...`. */
  readonly code: string;
  /** What happened and what to do about it, one line. */
  readonly message: string;
}

/** How one piece of the sample went. */
export interface PieceOutcome {
  readonly piece: Piece;
  readonly success: boolean;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

/** Where connection events come from: `bursts` asks for readings in quick succession, because there is no trace to be had. */
export type TraceSource = 'tracefs' | 'none' | 'bursts';

/** Where a piece of the sample came from, for `exporter_source_info`: `bound` from `inet_diag`, `none`, ... */
export interface PieceSource {
  readonly piece: Piece | 'scope';
  readonly source: string;
}
