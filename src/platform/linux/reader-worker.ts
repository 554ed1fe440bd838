import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import type { SocketColumns } from '../../model/socket-columns.ts';
import { assembleReader } from './assemble-reader.ts';
import type { ReaderMessage, ReaderWorkerData, ReadRequest } from './reader-protocol.ts';

const { settings, config, late } = workerData as ReaderWorkerData;
const { reader, notice } = assembleReader(settings, config);

post({ kind: 'ready', notice });
parentPort?.on('message', ({ id }: ReadRequest) => {
  const sample = reader.read(() => Atomics.load(late, 0) >= id);
  post({ kind: 'sample', id, sample }, buffersOf(sample.sockets));
});

function post(message: ReaderMessage, transfer: readonly TransferListItem[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function buffersOf(columns: SocketColumns): TransferListItem[] {
  return Object.values(columns).flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []));
}
