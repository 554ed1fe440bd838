import { join } from 'node:path';
import { ExporterError } from '../errors.ts';
import { HISTORY_GRIDS } from '../ledger/history.ts';
import { imageOfHistory } from '../ledger/history-image.ts';
import type { Ledger, RememberedLedger } from '../ledger/ledger.ts';
import { type ImageMoment, imageOfLedger } from '../ledger/ledger-image.ts';
import { type LedgerFs, readImage, writeImage } from './ledger-files.ts';
import { isWholeHistory, isWholeLedger } from './ledger-schema.ts';

/** Bytes a minute that may be written on average (DESIGN section 5). */
const BYTES_PER_MINUTE = 1_000_000;

/** The whole history is written this often; what is younger goes with every ledger image. */
const HISTORY_EVERY_MS = 600_000;

const LONGEST_STEP_MS = Math.max(...HISTORY_GRIDS.map(({ stepMs }) => stepMs));

export interface LedgerJournalOptions {
  /** Made when it is not there. */
  readonly directory: string;
  readonly fs: LedgerFs;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  /** Told once when writing begins to fail, and for each file that was set aside. */
  readonly onTrouble: (error: ExporterError) => void;
}

/** Keeps a ledger on disk, so that it outlives the exporter. */
export interface LedgerJournal {
  /** What an earlier run wrote down. */
  load(): Promise<RememberedLedger>;
  /**
   * Writes the ledger as it is after the sample of `moment`, unless one write is under way or the bytes of this minute are
   * spent. The image is taken before this returns; the disk is waited for in the promise, which never fails.
   */
  save(ledger: Ledger, moment: ImageMoment): Promise<void>;
  /** Writes at the end, whatever was written before. */
  flush(ledger: Ledger, moment: ImageMoment): Promise<void>;
  /** Why nothing can be written at present. */
  trouble(): ExporterError | undefined;
}

export function createLedgerJournal(options: LedgerJournalOptions): LedgerJournal {
  const { directory, fs, nowMs, wallMs, onTrouble } = options;
  const ledgerPath = join(directory, 'ledger.bin');
  const historyPath = join(directory, 'history.bin');
  let writing: Promise<void> | undefined;
  let nextAtMs = Number.NEGATIVE_INFINITY;
  let historyAtMs = Number.NEGATIVE_INFINITY;
  /** Wall clock of the last whole history on disk. */
  let historyWrittenMs = 0;
  let trouble: ExporterError | undefined;

  const write = async (ledger: Ledger, moment: ImageMoment): Promise<void> => {
    const startedMs = nowMs();
    // Also after the wall clock was set back: what the file on disk says would be ahead of time.
    const isHistoryDue = startedMs - historyAtMs >= HISTORY_EVERY_MS || moment.takenAtMs < historyWrittenMs;
    const history = isHistoryDue ? imageOfHistory(ledger.state.history) : undefined;
    // The last step in the whole history may not have been over: it is told again.
    const wholeMs = isHistoryDue ? moment.takenAtMs : historyWrittenMs;
    const image = imageOfLedger(ledger.state, moment, Math.max(0, wholeMs - LONGEST_STEP_MS));
    let bytes = 0;
    try {
      await fs.mkdir(directory, { recursive: true, mode: 0o700 });
      if (history !== undefined) {
        bytes += await writeImage(fs, historyPath, history);
        historyAtMs = startedMs;
        historyWrittenMs = moment.takenAtMs;
      }
      bytes += await writeImage(fs, ledgerPath, image);
      trouble = undefined;
    } catch (cause) {
      const error = new ExporterError(
        'EPH_LEDGER_WRITE',
        `cannot write to ${directory}: ${(cause as Error).message}; the ledger is kept in memory only until this works again`,
        { cause },
      );
      if (trouble === undefined) onTrouble(error);
      trouble = error;
      bytes = Math.max(bytes, BYTES_PER_MINUTE / 6);
    }
    nextAtMs = startedMs + (bytes * 60_000) / BYTES_PER_MINUTE;
  };

  const begin = (ledger: Ledger, moment: ImageMoment): Promise<void> => {
    writing = write(ledger, moment).finally(() => {
      writing = undefined;
    });
    return writing;
  };

  return {
    async load() {
      const ledger = await readImage(fs, ledgerPath, isWholeLedger, wallMs());
      const history = await readImage(fs, historyPath, isWholeHistory, wallMs());
      for (const read of [ledger, history]) if (read.kind === 'aside') onTrouble(read.error);
      return {
        ...(ledger.kind === 'image' && { ledger: ledger.image }),
        ...(history.kind === 'image' && { history: history.image }),
      };
    },
    async save(ledger, moment) {
      if (writing === undefined && nowMs() >= nextAtMs) await begin(ledger, moment);
    },
    async flush(ledger, moment) {
      await writing;
      await begin(ledger, moment);
    },
    trouble: () => trouble,
  };
}
