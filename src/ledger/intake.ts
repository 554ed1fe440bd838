import type { Sample } from '../model/sample.ts';
import type { LedgerState } from './ledger-state.ts';
import type { Output } from './output.ts';
import type { Pool } from './pool.ts';

/** One sample on its way into the ledger. */
export interface Intake {
  readonly state: LedgerState;
  readonly sample: Sample;
  /** Pool of a row: index by `netns * 2 + protocol`. */
  readonly pools: readonly Pool[];
  readonly output: Output;
}
