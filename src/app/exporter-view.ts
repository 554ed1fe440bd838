import type { Sampler } from '../collect/sampler.ts';
import type { ExporterView } from '../http/exporter-view.ts';
import type { LedgerView } from '../model/ledger-view.ts';
import type { Report } from '../model/report.ts';
import { type RenderOptions, renderReport } from './render-report.ts';

/** Two scrapers that ask within this time get the same bytes. */
const SHARED_TEXT_MS = 1_000;

/** Three of the longest intervals: an exporter that has not sampled for so long does not do its work. */
const UNHEALTHY_AFTER_MS = 180_000;

export interface ExporterViewOptions extends RenderOptions {
  readonly sampler: Sampler;
  readonly ledger: LedgerView;
  readonly config: () => Readonly<Record<string, unknown>>;
  readonly startedAtMs: number;
  readonly wallMs: () => number;
}

/** What the server may ask of the exporter. */
export function createExporterView(options: ExporterViewOptions): ExporterView {
  const { sampler, wallMs, startedAtMs } = options;
  const shared = new Map<string, { report: Report | undefined; atMs: number; text: Promise<Buffer> }>();

  return {
    async metrics(request) {
      const report = await sampler.report(request.timeoutMs);
      const key = JSON.stringify([request.format, request.collect, request.exclude]);
      const last = shared.get(key);
      if (last !== undefined && last.report === report && wallMs() - last.atMs < SHARED_TEXT_MS) return last.text;
      for (const [other, { atMs }] of shared) if (wallMs() - atMs >= SHARED_TEXT_MS) shared.delete(other);
      const text = renderReport(options, report, request);
      shared.set(key, { report, atMs: wallMs(), text });
      return text;
    },
    ready: () => (sampler.latest()?.takenAtMs ?? 0) > 0,
    healthy() {
      const report = sampler.latest();
      const lastMs = report?.takenAtMs || startedAtMs;
      const ageSeconds = Math.round((wallMs() - lastMs) / 1_000);
      if (ageSeconds * 1_000 < UNHEALTHY_AFTER_MS) return { ok: true, reason: '' };
      const cause = report?.problems[0];
      const because = cause === undefined ? '' : `: ${cause.code}: ${cause.message}`;
      return { ok: false, reason: `no good sample for ${ageSeconds} s${because}` };
    },
    report: () => sampler.latest(),
    facts: () => ({ ...options.facts(), startedAtMs }),
    ledger: (work) => sampler.whenSettled(() => work(options.ledger)),
    config: () => options.config(),
  };
}
