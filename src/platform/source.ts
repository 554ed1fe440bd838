import type { Sample } from '../model/sample.ts';

/** What the reader of the samples would like; a source does what it can. */
export interface ReadWishes {
  /** Some owner leaks and samples do not show where to: a trace is worth its cost. */
  readonly detail: boolean;
}

/** A platform: one way to read the host. It never judges and never throws for expected trouble. */
export interface PortSource {
  readonly name: string;
  /**
   * One reading of the host. When `deadline` fires, what is ready is returned with `timedOut` pieces.
   * @throws ExporterError EPH_READER_CRASHED, EPH_READER_TIMEOUT when there is no reading at all; the next call may succeed.
   */
  read(deadline: AbortSignal, wishes?: ReadWishes): Promise<Sample>;
  /** @throws ExporterError EPH_READER_TIMEOUT when a thread of the reader hangs on: it would keep the program from ending. */
  close(): Promise<void>;
}
