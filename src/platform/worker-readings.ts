import { parentPort, type TransferListItem } from 'node:worker_threads';
import { ExporterError } from '../errors.ts';
import type { Sample } from '../model/sample.ts';
import type { SocketColumns } from '../model/socket-columns.ts';
import type { ReadWishes } from './source.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker-protocol.ts';

/** What the promise that stands for the deadline of a reading rejects with. */
export const LATE: unique symbol = Symbol('late');

/** The deadline of one reading. */
export interface ReadingDeadline {
  /** Rejects with {@link LATE} when what is ready should be returned; for who waits. */
  readonly late: Promise<never>;
  /** The same for who reads synchronously, and asks now and then. */
  readonly isLate: () => boolean;
}

/** The reader inside a worker. */
export interface WorkerReader {
  /** One line for the log; empty when all is as it should be. */
  readonly notice: string;
  read(deadline: ReadingDeadline, wishes: ReadWishes): Promise<Sample> | Sample;
  close(): void;
}

/** Answers the requests of a worker source. Errors that are not ours end the worker, which is then replaced. */
export function serveReadings(start: WorkerStart, open: () => Promise<WorkerReader>): void {
  const reader = open();
  let rejectLate: (reason: symbol) => void = () => {};

  reader.then(({ notice }) => post({ kind: 'ready', notice }), failWith(0));
  const read = async (id: number, wishes: ReadWishes): Promise<void> => {
    const late = new Promise<never>((_, reject) => {
      rejectLate = reject;
    });
    // A deadline that nobody waits for any more is no error.
    late.catch(() => {});
    const isLate = (): boolean => Atomics.load(start.late, 0) >= id;
    const opened = await Promise.race([reader, late]);
    const sample = await opened.read({ late, isLate }, wishes);
    post({ kind: 'sample', id, sample }, buffersOf(sample.sockets));
  };
  parentPort?.on('message', (request: WorkerRequest) => {
    if (request.kind === 'late') rejectLate(LATE);
    else if (request.kind === 'read') read(request.id, request.wishes).catch(failWith(request.id));
    else reader.then(({ close }) => close()).finally(() => parentPort?.close());
  });
}

function failWith(id: number): (error: unknown) => void {
  return (error) => {
    if (error === LATE) {
      const message = 'the reader is still finding out how to read this host';
      post({ kind: 'failed', id, code: 'EPH_READER_TIMEOUT', message });
      return;
    }
    if (!(error instanceof ExporterError)) throw error;
    post({ kind: 'failed', id, code: error.code, message: error.message });
  };
}

function post(answer: WorkerAnswer, transfer: readonly TransferListItem[] = []): void {
  parentPort?.postMessage(answer, transfer);
}

function buffersOf(columns: SocketColumns): TransferListItem[] {
  return Object.values(columns).flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []));
}
