// The exporter's own way from the socket to the report, as app.ts builds it, without its timer and its disk.
import { openJudgement } from '../dist/app/judgement.js';
import { parseFlags } from '../dist/cli/parse-flags.js';
import { processIo } from '../dist/cli/process-io.js';
import { EMPTY_CONFIG } from '../dist/config/config.js';
import { createSource } from '../dist/platform/select.js';

/** Of our own namespace alone, unless `flags` say otherwise. */
export async function createPipeline(flags = ['--no-collector.namespaces']) {
  const { settings } = parseFlags(flags, processIo());
  const source = createSource(settings, EMPTY_CONFIG, (message) => console.error(message));
  const judgement = await openJudgement({
    ...settings,
    ledgerPath: '',
    ownerRules: () => [],
    nowMs: () => performance.now(),
    wallMs: Date.now,
    onTrouble: console.error,
  });
  let last;
  return {
    async sample() {
      const sample = await source.read(AbortSignal.timeout(10_000));
      last = { sample, report: await judgement.judge(sample) };
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
