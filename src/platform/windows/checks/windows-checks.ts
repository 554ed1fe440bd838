import { release } from 'node:os';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Settings } from '../../../config/settings.ts';
import type { PlatformChecks } from '../../check.ts';
import { openBoundTables } from '../bound-tables.ts';
import { loadKoffi } from '../load-koffi.ts';
import { openProcessCalls } from '../process-calls.ts';
import { probeProgram } from '../reader-program.ts';
import { reserveCommand } from '../reserve-command.ts';
import { runProbe } from '../run-probe.ts';
import { dataFolder, serviceSid } from '../service/data-folder.ts';
import { SERVICE_NAME } from '../service/service-commands.ts';
import { openSocketTables } from '../socket-tables.ts';
import { openEventQueries } from '../wevtapi.ts';
import { checkAudit } from './audit-check.ts';
import { checkBuild } from './build-check.ts';
import { checkEventLog } from './event-log-check.ts';
import { checkExecutables } from './executables-check.ts';
import { checkDataFolder, checkProgramFolder } from './folder-checks.ts';
import { findListener } from './listener.ts';
import { checkNativeCalls } from './native-calls-check.ts';
import { openSecurityCalls } from './security-calls.ts';
import { checkService } from './service-check.ts';
import { openServiceSettings } from './service-settings.ts';
import { checkTableRows } from './table-rows-check.ts';

const IPHLPAPI = 'iphlpapi.dll';

/** What `doctor` asks of a Windows host beside what it asks of every host. */
export function windowsChecks({ windowsAudit }: Settings): PlatformChecks {
  const nowMs = () => performance.now();
  const folder = dataFolder(SERVICE_NAME, process.env);
  const tables = () => openSocketTables(loadKoffi());
  const queries = () => openEventQueries(loadKoffi());
  const security = () => openSecurityCalls(loadKoffi());
  return {
    checks: [
      { name: 'windows-build', run: () => checkBuild(release()) },
      { name: 'native-calls', run: async () => checkNativeCalls(await runProbe(probeProgram(), IPHLPAPI)) },
      { name: 'table-rows', run: () => checkTableRows(tables(), openBoundTables(loadKoffi(), IPHLPAPI), nowMs) },
      { name: 'executables', run: () => checkExecutables(openProcessCalls(loadKoffi())) },
      { name: 'event-log', run: () => checkEventLog(queries(), nowMs) },
      { name: 'audit-log', run: () => checkAudit(windowsAudit, queries) },
      { name: 'service', run: () => checkService(openServiceSettings(loadKoffi())) },
      { name: 'data-folder', run: () => checkDataFolder(folder, serviceSid(SERVICE_NAME), security()) },
      { name: 'program-folder', run: () => checkProgramFolder(dirname(process.execPath), security()) },
    ],
    listenerOf: async (port) => findListener(port, tables(), () => openProcessCalls(loadKoffi()).list()),
    reserveCommand,
  };
}
