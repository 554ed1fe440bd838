import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { reportSlices } from '../analysis/report.ts';
import { EMPTY_MEMORY, rememberSample } from '../analysis/report-memory.ts';
import { NO_DETAIL, rememberUnseen, wantsDetail } from '../analysis/wants-detail.ts';
import { runSlices } from '../collect/run-slices.ts';
import type { ExporterError } from '../errors.ts';
import { createLedger } from '../ledger/ledger.ts';
import type { Attributed } from '../model/attributed.ts';
import type { LedgerView } from '../model/ledger-view.ts';
import type { OwnerRule } from '../model/owner-rule.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import { createLedgerJournal, type LedgerJournal } from '../store/ledger-journal.ts';
import { createLedgerView } from './ledger-view.ts';

export interface JudgementOptions {
  readonly stuckAfterMs: number;
  readonly processLimit: number;
  /** Directory of the ledger's files; empty: memory only. */
  readonly ledgerPath: string;
  /** Owners of the config file, asked anew for each sample. */
  readonly ownerRules: () => readonly OwnerRule[];
  /** Monotonic, ms. */
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  /** The ledger cannot be written, or a file of it was set aside. */
  readonly onTrouble: (error: ExporterError) => void;
}

/** Ledger and analysis together: what a sample means in the light of all before it. */
export interface Judgement {
  /** Takes a sample in, in slices, and writes the ledger down when it is time. */
  judge(sample: Sample): Promise<Report>;
  /** Whether samples alone do not tell where some owner's leak goes. */
  wantsDetail(): boolean;
  /** The ledger, to be asked only while no sample is being judged. */
  readonly ledger: LedgerView;
  /** Writes the ledger down at the end. */
  flush(): Promise<void>;
}

export async function openJudgement(options: JudgementOptions): Promise<Judgement> {
  const journal = openJournal(options);
  const ledger = createLedger(options, await journal?.load());
  let memory = EMPTY_MEMORY;
  let detail = NO_DETAIL;
  let attributed: Attributed | undefined;

  return {
    async judge(sample) {
      attributed = await runSlices(ledger.reduceInSlices(sample));
      memory = rememberSample(memory, sample);
      const report = await runSlices(reportSlices(attributed, memory, options.ownerRules()));
      detail = rememberUnseen(detail, report);
      // Not awaited: the image is taken before save() returns, and a slow disk must not hold up the next sample.
      void journal?.save(ledger, sample);
      const trouble = journal?.trouble();
      if (trouble === undefined) return report;
      const { code, message } = trouble;
      return { ...report, problems: [...report.problems, { piece: 'ledger', code, message }] };
    },
    wantsDetail: () => attributed !== undefined && wantsDetail(detail, attributed.sample.bootMs),
    ledger: createLedgerView(ledger, () => attributed),
    async flush() {
      if (attributed !== undefined) await journal?.flush(ledger, attributed.sample);
    },
  };
}

function openJournal({ ledgerPath, nowMs, wallMs, onTrouble }: JudgementOptions): LedgerJournal | undefined {
  if (ledgerPath === '') return undefined;
  const fs = { mkdir, open, readFile, rename, rm };
  return createLedgerJournal({ directory: ledgerPath, fs, nowMs, wallMs, onTrouble });
}
