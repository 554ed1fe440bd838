import { workerData } from 'node:worker_threads';
import { serveReadings } from '../worker-readings.ts';
import { assembleReader } from './assemble-reader.ts';
import type { WindowsReaderData } from './reader-protocol.ts';

const data = workerData as WindowsReaderData;

serveReadings(data, async () => {
  const { reader, notice, close } = await assembleReader(data);
  return { notice, close, read: ({ late }) => reader.read(late) };
});
