import type { Settings } from '../../config/settings.ts';
import type { Sample } from '../../model/sample.ts';
import type { Check, PlatformChecks } from '../../platform/check.ts';
import { checkClock } from './clock-check.ts';
import { checkConfig } from './config-check.ts';
import { checkExporter } from './exporter-check.ts';
import { checkLedger } from './ledger-check.ts';
import { checkListen } from './listen-check.ts';
import { checkListenRange } from './listen-range-check.ts';
import { pieceChecks } from './piece-checks.ts';
import type { NoExporter, RunningExporter } from './running-exporter.ts';
import { checkTextfile } from './textfile-check.ts';
import { checkWebConfig } from './web-config-check.ts';

/** What the checks are made of. */
export interface Examination {
  readonly settings: Settings;
  readonly platform: PlatformChecks;
  readonly exporter: RunningExporter | NoExporter;
  /** The one reading that all checks share. */
  readonly read: () => Promise<Sample>;
  readonly wallMs: number;
}

/** Every check, in the order of the report: the platform's own, the parts of a sample, then what the exporter needs. */
export function listChecks({ settings, platform, exporter, read, wallMs }: Examination): readonly Check[] {
  const { listenAddresses: addresses, systemdSocket, configFile, webConfigFile, ledgerPath, outputTextfile } = settings;
  const isRunning = 'settings' in exporter;
  const isRefused = !isRunning && exporter.isRefused;
  return [
    ...platform.checks,
    ...pieceChecks(settings, read),
    { name: 'config', run: () => checkConfig(configFile) },
    { name: 'web-config', run: () => checkWebConfig(webConfigFile, wallMs) },
    { name: 'listen', run: () => checkListen({ addresses, systemdSocket, isRunning, isRefused, platform }) },
    {
      name: 'listen-range',
      run: async () => checkListenRange(addresses, (await read()).namespaces[0]?.ranges ?? [], platform),
    },
    { name: 'ledger', run: () => checkLedger(ledgerPath, wallMs) },
    { name: 'textfile', run: () => checkTextfile(outputTextfile, isRunning, wallMs) },
    { name: 'exporter', run: () => checkExporter(exporter, wallMs) },
    { name: 'clock', run: () => checkClock(wallMs, isRunning ? (exporter.status.takenAtMs ?? 0) : 0) },
  ];
}
