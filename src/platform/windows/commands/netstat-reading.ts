import type { RunCommand } from '../run-command.ts';
import type { WindowsSockets } from '../sockets/windows-sockets.ts';
import { parseNetstat } from './netstat-output.ts';
import { socketsOfNetstat } from './netstat-sockets.ts';

const TIMEOUT_MS = 15_000;

/** All sockets by three runs of netstat, one after another. @throws ExporterError EPH_WINDOWS_COMMAND, EPH_WINDOWS_OUTPUT */
export async function readNetstat(run: RunCommand): Promise<WindowsSockets> {
  const rows = async (flags: string) => parseNetstat(await run('netstat.exe', [flags], TIMEOUT_MS));
  const before = await rows('-ano');
  const withBound = await rows('-anoq');
  const after = await rows('-ano');
  return socketsOfNetstat({ before, withBound, after });
}
