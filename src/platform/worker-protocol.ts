import type { ErrorCode } from '../errors.ts';
import type { Sample } from '../model/sample.ts';

/** To the worker: read, hurry up with that reading, end. `id` counts up from 1. */
export type WorkerRequest =
  | { readonly kind: 'read'; readonly id: number }
  | { readonly kind: 'late'; readonly id: number }
  | { readonly kind: 'close' };

/** From the worker. `failed` stands for a reading that is none at all, or, with id 0, for a worker that cannot start. */
export type WorkerAnswer =
  | { readonly kind: 'ready'; readonly notice: string }
  | { readonly kind: 'sample'; readonly id: number; readonly sample: Sample }
  | { readonly kind: 'failed'; readonly id: number; readonly code: ErrorCode; readonly message: string };
