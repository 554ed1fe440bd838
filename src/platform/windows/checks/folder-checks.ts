import { existsSync } from 'node:fs';
import { type Finding, notApplicable, ok, warning } from '../../check.ts';
import { writersOf } from './sddl.ts';
import type { ReadSecurity } from './security-calls.ts';

/** Who may change the log and the ledger of the service: administrators, the system and the service itself. */
export function checkDataFolder(folder: string, serviceAccount: string, readSecurity: ReadSecurity): Finding {
  if (!existsSync(folder)) return notApplicable(`there is no ${folder}; the service has it`);
  const sddl = readSecurity(folder);
  const strangers = writersOf(sddl, [serviceAccount]);
  if (strangers.length === 0) return ok(`${folder}: ${sddl}`);
  const remedy = 'ephemeral-port-exporter service configure, as an administrator';
  return warning(`${strangers.join(', ')} can write ${folder}: ${sddl}`, remedy);
}

/** Who may replace the executable, and with it the library beside it: the service would run what they put there. */
export function checkProgramFolder(folder: string, readSecurity: ReadSecurity): Finding {
  const sddl = readSecurity(folder);
  const strangers = writersOf(sddl);
  if (strangers.length === 0) return ok(`${folder}: ${sddl}`);
  const remedy = 'install by the MSI, or move it to a folder under C:\\Program Files and install the service anew';
  return warning(`${strangers.join(', ')} can write ${folder}: ${sddl}`, remedy);
}
