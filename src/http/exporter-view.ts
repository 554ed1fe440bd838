import type { LedgerView } from '../model/ledger-view.ts';
import type { Report } from '../model/report.ts';

export type MetricsFormat = 'text' | 'openmetrics';

export interface MetricsRequest {
  readonly format: MetricsFormat;
  readonly timeoutMs: number;
  /** Pieces asked for by `collect[]`; empty: all. */
  readonly collect: readonly string[];
  /** Pieces left out by `exclude[]`. */
  readonly exclude: readonly string[];
}

export interface ExporterFacts {
  readonly version: string;
  readonly revision: string;
  /** Unix ms. */
  readonly startedAtMs: number;
}

/** All that the server knows of the exporter. */
export interface ExporterView {
  /**
   * Text of the metrics: takes a fresh sample where the budget allows, waits at most `timeoutMs`, then what there is.
   * The same Buffer for the same content lets the server compress it once for all who ask.
   */
  metrics(request: MetricsRequest): Promise<Buffer | string>;
  /** A first sample is there. */
  ready(): boolean;
  healthy(): { readonly ok: boolean; readonly reason: string };
  /** Judgement of the last sample; undefined before the first. */
  report(): Report | undefined;
  facts(): ExporterFacts;
  /** Runs `work` while the ledger is whole and stands still. */
  ledger<T>(work: (ledger: LedgerView) => T): Promise<T>;
  /** Settings and config in use, as far as they are no secret; plain data. */
  config(): Readonly<Record<string, unknown>>;
}
