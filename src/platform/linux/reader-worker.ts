import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import type { SocketColumns } from '../../model/socket-columns.ts';
import { assembleReader } from './assemble-reader.ts';
import type { ReaderMessage, ReaderWorkerData, ReadRequest } from './reader-protocol.ts';

// A traced process of half a second is still there to be asked, and the trace's buffer holds ten times as much.
const POLL_MS = 500;

const { settings, config, late } = workerData as ReaderWorkerData;
const { reader, notice } = assembleReader(settings, config);

post({ kind: 'ready', notice });
parentPort?.on('message', ({ id, wishes }: ReadRequest) => {
  const sample = reader.read(() => Atomics.load(late, 0) >= id, wishes);
  post({ kind: 'sample', id, sample }, buffersOf(sample.sockets));
});

// Between readings, never within one: both are synchronous.
if (settings.linuxTrace !== 'off') setInterval(() => reader.poll(), POLL_MS).unref();

function post(message: ReaderMessage, transfer: readonly TransferListItem[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function buffersOf(columns: SocketColumns): TransferListItem[] {
  return Object.values(columns).flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []));
}
