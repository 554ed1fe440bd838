import type { Sample } from '../model/sample.ts';

/** A platform: one way to read the host. It never judges and never throws for expected trouble. */
export interface PortSource {
  readonly name: string;
  /**
   * One reading of the host. When `deadline` fires, what is ready is returned with `timedOut` pieces.
   * @throws ExporterError EPH_READER_CRASHED, EPH_READER_TIMEOUT when there is no reading at all; the next call may succeed.
   */
  read(deadline: AbortSignal): Promise<Sample>;
  /** @throws ExporterError EPH_READER_TIMEOUT when a thread of the reader hangs on: it would keep the program from ending. */
  close(): Promise<void>;
}
