import { performance } from 'node:perf_hooks';
import { ExporterError } from '../errors.ts';

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 30_000;

/** Back-off before a dead worker is replaced: at once the first time, then 1 s, doubling up to 30 s until one works. */
export class RestartDelay {
  private readonly nowMs: () => number;
  private failures = 0;
  private notBeforeMs = 0;

  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs;
  }

  /** @throws ExporterError EPH_READER_CRASHED while it is too early to try again. */
  check(): void {
    const waitMs = this.notBeforeMs - this.nowMs();
    if (waitMs <= 0) return;
    const message = `the reader worker failed ${this.failures} times; tried again in ${Math.ceil(waitMs / 1000)} s`;
    throw new ExporterError('EPH_READER_CRASHED', message);
  }

  delay(): void {
    const delayMs = this.failures === 0 ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.failures - 1));
    this.failures++;
    this.notBeforeMs = this.nowMs() + delayMs;
  }

  reset(): void {
    this.failures = 0;
  }
}
