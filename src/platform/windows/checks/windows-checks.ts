import { release } from 'node:os';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Settings } from '../../../config/settings.ts';
import { ExporterError } from '../../../errors.ts';
import { type Finding, type PlatformChecks, warning } from '../../check.ts';
import { openEventQueries } from '../events/wevtapi.ts';
import { loadKoffi } from '../load-koffi.ts';
import { openProcessCalls } from '../owners/process-calls.ts';
import { runProbe } from '../probe/run-probe.ts';
import { probeProgram } from '../reader-program.ts';
import { reserveCommand } from '../reserve-command.ts';
import { serviceSid } from '../service/data-folder.ts';
import { readProgramData } from '../service/program-data.ts';
import { dataFolderIn, SERVICE_NAME } from '../service/service-commands.ts';
import { openBoundTables } from '../tables/bound-tables.ts';
import { openSocketTables } from '../tables/socket-tables.ts';
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
  const tables = () => openSocketTables(loadKoffi());
  const queries = () => openEventQueries(loadKoffi());
  const folder = () => dataFolderIn(readProgramData(loadKoffi()));
  const security = () => openSecurityCalls(loadKoffi());
  return {
    checks: [
      { name: 'windows-build', run: () => checkBuild(release()) },
      { name: 'native-calls', run: async () => checkNativeCalls(await runProbe(probeProgram(), IPHLPAPI)) },
      {
        name: 'table-rows',
        run: () => ifCalled(() => checkTableRows(tables(), openBoundTables(loadKoffi(), IPHLPAPI), nowMs)),
      },
      { name: 'executables', run: () => ifCalled(() => checkExecutables(openProcessCalls(loadKoffi()))) },
      { name: 'event-log', run: () => ifCalled(() => checkEventLog(queries(), nowMs)) },
      { name: 'audit-log', run: () => checkAudit(windowsAudit, queries) },
      { name: 'service', run: () => ifCalled(() => checkService(openServiceSettings(loadKoffi()))) },
      { name: 'data-folder', run: () => checkDataFolder(folder(), serviceSid(SERVICE_NAME), security()) },
      { name: 'program-folder', run: () => checkProgramFolder(dirname(process.execPath), security()) },
    ],
    listenerOf: async (port) => findListener(port, tables(), () => openProcessCalls(loadKoffi()).list()),
    reserveCommand,
  };
}

/** Something stands in for a call that fails here: that is no failure of the whole. */
function ifCalled(check: () => Finding): Finding {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    return warning(error.message, 'the checks of the pieces below tell what stands in for it');
  }
}
