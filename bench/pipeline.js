// The exporter's own way from the socket to the report, as app.ts builds it, without its timer.
import { reportSlices } from '../dist/analysis/report.js';
import { EMPTY_MEMORY, rememberSample } from '../dist/analysis/report-memory.js';
import { parseFlags } from '../dist/cli/parse-flags.js';
import { processIo } from '../dist/cli/process-io.js';
import { runSlices } from '../dist/collect/run-slices.js';
import { EMPTY_CONFIG } from '../dist/config/config.js';
import { createLedger } from '../dist/ledger/ledger.js';
import { createSource } from '../dist/platform/select.js';

export async function createPipeline() {
  const { settings } = parseFlags([], processIo());
  const source = createSource(settings, EMPTY_CONFIG, (message) => console.error(message));
  const ledger = createLedger({ stuckAfterMs: settings.stuckAfterMs, processLimit: settings.processLimit });
  let memory = EMPTY_MEMORY;
  let last;
  return {
    async sample() {
      const sample = await source.read(AbortSignal.timeout(10_000));
      const attributed = await runSlices(ledger.reduceInSlices(sample));
      memory = rememberSample(memory, sample);
      last = { sample, report: await runSlices(reportSlices(attributed, memory, [])) };
      return last;
    },
    describe() {
      const { sample, report } = last;
      const unknown = report.unattributed
        .filter(({ reason }) => reason !== 'time_wait')
        .reduce((sum, { ports }) => sum + ports, 0);
      const used = report.pools.reduce((sum, pool) => sum + pool.used, 0);
      return `${sample.sockets.length} rows of the range, ${used} ports used, ${unknown} of them without an owner`;
    },
    close: () => source.close(),
  };
}
