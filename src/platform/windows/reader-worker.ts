import { workerData } from 'node:worker_threads';
import { serveReadings } from '../worker-readings.ts';
import { assembleReader } from './assemble-reader.ts';
import type { WindowsReaderData } from './reader-protocol.ts';

serveReadings(async () => {
  const { reader, notice, close } = await assembleReader(workerData as WindowsReaderData);
  return { notice, close, read: (late) => reader.read(late) };
});
