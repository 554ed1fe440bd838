import { ExporterError } from '../../errors.ts';

export interface BackgroundOptions<T> {
  readonly fetch: () => Promise<T>;
  /** From the end of one reading to the begin of the next, ms. */
  readonly intervalMs: number;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
}

/**
 * The newest of something that takes seconds to read: the first reading is waited for, later ones run beside the samples. A
 * failed one is tried again after the interval, and until then its ExporterError is thrown.
 */
export function createBackground<T>({ fetch, intervalMs, nowMs }: BackgroundOptions<T>): () => Promise<T> {
  let newest: { readonly value: T } | undefined;
  let failure: ExporterError | undefined;
  let endedAtMs = Number.NEGATIVE_INFINITY;
  let flight: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    try {
      newest = { value: await fetch() };
      failure = undefined;
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      failure = error;
    } finally {
      endedAtMs = nowMs();
      flight = undefined;
    }
  };
  return async () => {
    if (flight === undefined && nowMs() - endedAtMs >= intervalMs) flight = refresh();
    if (newest === undefined && failure === undefined) await flight;
    if (failure !== undefined) throw failure;
    return (newest as { readonly value: T }).value;
  };
}
