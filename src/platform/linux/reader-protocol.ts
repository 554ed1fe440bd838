import type { Config } from '../../config/config.ts';
import type { Settings } from '../../config/settings.ts';
import type { Sample } from '../../model/sample.ts';
import type { ReadWishes } from '../source.ts';

/** What the worker is started with. */
export interface ReaderWorkerData {
  readonly settings: Settings;
  readonly config: Config;
  /**
   * One shared word: readings up to this number are late. A message could not tell, for the worker reads synchronously.
   */
  readonly late: Int32Array;
}

export interface ReadRequest {
  /** Counts up from 1. */
  readonly id: number;
  readonly wishes: ReadWishes;
}

export type ReaderMessage =
  | { readonly kind: 'ready'; readonly notice: string }
  | { readonly kind: 'sample'; readonly id: number; readonly sample: Sample };
