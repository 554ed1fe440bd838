import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { constants, createGzip } from 'node:zlib';
import { runSlices } from '../collect/run-slices.ts';
import { ExporterError } from '../errors.ts';
import type { Sample } from '../model/sample.ts';
import { createRecordingEncoder, headerLine } from './recording-encoder.ts';

/** Writes samples to a file as they come. */
export interface Recorder {
  /** Resolves when the sample is handed to the compressor; a failed write is told once through `onFailure` and ends it. */
  record(sample: Sample): Promise<void>;
  close(): Promise<void>;
}

export interface RecorderOptions {
  readonly path: string;
  /** Applied to each sample before it is written; see anonymize.ts. Undefined: as it is. */
  readonly anonymize?: (sample: Sample) => Sample;
  readonly onFailure: (error: ExporterError) => void;
}

/**
 * Opens a recording for writing, mode 0600, replacing what is there: it names programs and whom they talk to.
 * @throws ExporterError EPH_RECORDING_WRITE
 */
export async function openRecorder({ path, anonymize, onFailure }: RecorderOptions): Promise<Recorder> {
  const handle = await open(path, 'w', 0o600).catch((cause: Error) => {
    throw new ExporterError('EPH_RECORDING_WRITE', `cannot write the recording ${path}: ${cause.message}`, { cause });
  });
  await handle.chmod(0o600);
  const gzip = createGzip();
  const file = createWriteStream('', { fd: handle });
  const encode = createRecordingEncoder();
  let failed = false;
  const fail = (cause: Error): void => {
    if (failed) return;
    failed = true;
    onFailure(new ExporterError('EPH_RECORDING_WRITE', `recording stopped, ${path}: ${cause.message}`, { cause }));
  };
  gzip.on('error', fail).pipe(file).on('error', fail);
  gzip.write(headerLine(anonymize !== undefined));

  return {
    async record(sample) {
      if (failed) return;
      const line = await runSlices(encode(anonymize?.(sample) ?? sample));
      gzip.write(line);
      // A recording cut short by a crash must hold all samples up to then.
      await new Promise<void>((resolve) => {
        gzip.flush(constants.Z_SYNC_FLUSH, resolve);
      });
    },
    async close() {
      const closed = failed ? undefined : once(file, 'close');
      gzip.end();
      await closed;
    },
  };
}
