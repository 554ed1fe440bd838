import type { TraceSource } from '../../../model/problem.ts';
import type { NamespaceRow, ProcessRow } from '../../../model/sample.ts';
import type { ReaderTrace, SampleTrace } from './sample-trace.ts';
import type { TracedEvents } from './trace-events.ts';

// What a host refuses now it hardly allows a minute later, and each attempt is told.
const RETRY_AFTER_MS = 10 * 60_000;

/** A trace that runs only while detail is wished for; where it cannot be had, it asks for bursts of readings instead. */
export class AutoTrace implements ReaderTrace {
  readonly #trace: Pick<SampleTrace, 'take' | 'poll' | 'close'>;
  /** Boot clock, ms. */
  readonly #bootMs: () => number;
  #isWished = false;
  #retryAtMs = Number.NEGATIVE_INFINITY;

  constructor(trace: Pick<SampleTrace, 'take' | 'poll' | 'close'>, bootMs: () => number) {
    this.#trace = trace;
    this.#bootMs = bootMs;
  }

  get standIn(): TraceSource {
    return this.#isWished && this.#isRefused() ? 'bursts' : 'none';
  }

  follow(isWished: boolean): boolean {
    if (!isWished) this.#trace.close();
    this.#isWished = isWished;
    return this.#isActive();
  }

  poll(): void {
    if (this.#isActive()) this.#trace.poll();
  }

  /** @throws ExporterError EPH_TRACE_UNAVAILABLE for each attempt that failed, once */
  take(namespaces: readonly NamespaceRow[], processes: readonly ProcessRow[]): TracedEvents {
    try {
      return this.#trace.take(namespaces, processes);
    } catch (error) {
      this.#retryAtMs = this.#bootMs() + RETRY_AFTER_MS;
      throw error;
    }
  }

  close(): void {
    this.#trace.close();
  }

  #isActive(): boolean {
    return this.#isWished && !this.#isRefused();
  }

  #isRefused(): boolean {
    return this.#bootMs() < this.#retryAtMs;
  }
}
