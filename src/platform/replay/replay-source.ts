import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { ExporterError } from '../../errors.ts';
import type { Sample } from '../../model/sample.ts';
import type { PortSource } from '../source.ts';
import { createRecordingDecoder, readHeader } from './recording-decoder.ts';
import { shiftTimes } from './shift-times.ts';

/** A source that reads a recording instead of a host, at the pace of the recording. */
export interface ReplaySource extends PortSource {
  /** ms until the next sample is due; undefined at the end of the recording. */
  nextDelayMs(): number | undefined;
}

export interface ReplayOptions {
  readonly path: string;
  /** Recorded seconds per second. */
  readonly speed: number;
  readonly wallMs: () => number;
  /** Monotonic time, ms. */
  readonly nowMs: () => number;
}

/**
 * Opens a recording. Its times are shifted so that it ends when the replay ends: played at speed 1 it starts now, played
 * faster it comes from the past and catches up with now. A recording that was cut short is played as far as it goes.
 * @throws ExporterError EPH_RECORDING_INVALID
 */
export async function openReplay({ path, speed, wallMs, nowMs }: ReplayOptions): Promise<ReplaySource> {
  const span = await timeSpan(path);
  const shiftMs = Math.round(wallMs() + (span.lastMs - span.firstMs) / speed - span.lastMs);
  const samples = readSamples(path);
  const startedAtMs = nowMs();
  let next = await samples.next();
  let last: Sample | undefined;

  return {
    name: 'replay',
    async read() {
      if (next.done !== true) {
        last = shiftTimes(next.value, shiftMs);
        next = await samples.next();
      }
      if (last === undefined) throw new ExporterError('EPH_RECORDING_INVALID', `${path} holds no sample`);
      return last;
    },
    nextDelayMs() {
      if (next.done === true) return undefined;
      const dueMs = startedAtMs + (next.value.takenAtMs - span.firstMs) / speed;
      return Math.max(0, dueMs - nowMs());
    },
    async close() {
      await samples.return(undefined);
    },
  };
}

async function timeSpan(path: string): Promise<{ firstMs: number; lastMs: number }> {
  let firstMs = Number.NaN;
  let lastMs = Number.NaN;
  for await (const line of lines(path)) {
    const match = /"takenAtMs":(\d+(?:\.\d+)?)/.exec(line);
    if (match === null) continue;
    lastMs = Number(match[1]);
    if (Number.isNaN(firstMs)) firstMs = lastMs;
  }
  if (Number.isNaN(firstMs)) throw new ExporterError('EPH_RECORDING_INVALID', `${path} holds no sample`);
  return { firstMs, lastMs };
}

async function* readSamples(path: string): AsyncGenerator<Sample, undefined> {
  const decode = createRecordingDecoder();
  let lineNumber = 0;
  for await (const line of lines(path)) {
    lineNumber++;
    if (lineNumber === 1) readHeader(line);
    else yield decode(line, lineNumber);
  }
  return undefined;
}

async function* lines(path: string): AsyncGenerator<string> {
  const gunzip = createGunzip();
  const file = createReadStream(path).on('error', (error) => gunzip.destroy(error));
  let rest = '';
  try {
    for await (const chunk of file.pipe(gunzip).setEncoding('utf8')) {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } catch (cause) {
    // A recorder that was killed leaves no gzip trailer; every whole line before it is good.
    if ((cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') return;
    if (cause instanceof ExporterError) throw cause;
    throw new ExporterError('EPH_RECORDING_INVALID', `cannot read the recording ${path}: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    file.destroy();
  }
}
