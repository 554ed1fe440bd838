import { type Finding, ok, warning } from '../../check.ts';
import type { ProcessCalls } from '../owners/process-calls.ts';

/** Of how many processes this account may see the executable: its path is for name rules, its time for "it was updated". */
export function checkExecutables(calls: ProcessCalls): Finding {
  const pids = [...calls.list().keys()].filter((pid) => pid > 4);
  const hidden = pids.filter((pid) => calls.factsOf(pid).executable === '');
  const seen = `executables of ${pids.length - hidden.length} of ${pids.length} processes are seen`;
  if (hidden.length === 0) return ok(seen);
  return warning(
    `${seen}; names, services and handles are known of all`,
    'sc config ephemeral-port-exporter obj= LocalSystem, if rules by path or change times of other services are needed',
  );
}
