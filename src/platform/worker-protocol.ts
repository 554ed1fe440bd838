import type { ErrorCode } from '../errors.ts';
import type { Sample } from '../model/sample.ts';
import type { ReadWishes } from './source.ts';

/** What every reader worker is started with, beside what its platform needs. */
export interface WorkerStart {
  /**
   * One shared word: readings up to this number are late. The message tells the same, but a worker that reads synchronously
   * hears it too late.
   */
  readonly late: Int32Array;
}

/** To the worker: read, hurry up with that reading, end. `id` counts up from 1. */
export type WorkerRequest =
  | { readonly kind: 'read'; readonly id: number; readonly wishes: ReadWishes }
  | { readonly kind: 'late'; readonly id: number }
  | { readonly kind: 'close' };

/** From the worker. `failed` stands for a reading that is none at all, or, with id 0, for a worker that cannot start. */
export type WorkerAnswer =
  | { readonly kind: 'ready'; readonly notice: string }
  | { readonly kind: 'sample'; readonly id: number; readonly sample: Sample }
  | { readonly kind: 'failed'; readonly id: number; readonly code: ErrorCode; readonly message: string };
