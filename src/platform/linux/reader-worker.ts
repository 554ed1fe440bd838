import { workerData } from 'node:worker_threads';
import { serveReadings } from '../worker-readings.ts';
import { assembleReader } from './assemble-reader.ts';
import type { LinuxReaderData } from './reader-protocol.ts';

// A traced process of half a second is still there to be asked, and the trace's buffer holds ten times as much.
const POLL_MS = 500;

const data = workerData as LinuxReaderData;

serveReadings(data, async () => {
  const { reader, notice } = assembleReader(data.settings, data.config);
  // Between readings, never within one: both are synchronous.
  if (data.settings.linuxTrace !== 'off') setInterval(() => reader.poll(), POLL_MS).unref();
  return { notice, close: () => reader.close(), read: ({ isLate }, wishes) => reader.read(isLate, wishes) };
});
