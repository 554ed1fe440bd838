import { type Command, quoteArgument } from './command-line.ts';
import { protectFolder } from './data-folder.ts';
import { registerEventSource, removeEventSource } from './event-source-commands.ts';
import { removeFirewallRule } from './firewall-commands.ts';

/** Name of the service, of its folder under ProgramData and of its firewall rule. */
export const SERVICE_NAME = 'ephemeral-port-exporter';

/** First argument of the executable when the service manager starts it; the flags follow. */
export const SERVICE_ARGUMENT = '--service';

const DISPLAY_NAME = 'Ephemeral Port Exporter';
const DESCRIPTION = 'Says who uses up the ephemeral ports of this host, to Prometheus.';
const RESTARTS = 'restart/5000/restart/30000/restart/300000';

/** Folder of the service's log and ledger below the one that the system has for programs' data. */
export function dataFolderIn(programData: string): string {
  return `${programData}\\${SERVICE_NAME}`;
}

/** What makes the service: of the account LocalService, which may do next to nothing on this host and nothing elsewhere. */
export function createService(executable: string, flags: readonly string[]): Command {
  const line = [executable, SERVICE_ARGUMENT, ...flags].map(quoteArgument).join(' ');
  const account = ['obj=', 'NT AUTHORITY\\LocalService', 'DisplayName=', DISPLAY_NAME];
  return manage('create', 'binPath=', line, 'start=', 'delayed-auto', ...account);
}

/** Flags of the exporter as a service: its ledger and its log are in its data folder unless they say otherwise. */
export function flagsOfService(flags: readonly string[], dataFolder: string): readonly string[] {
  const ours = { '--ledger.path': `${dataFolder}\\ledger`, '--log.file': `${dataFolder}\\exporter.log` };
  const isGiven = (name: string): boolean => flags.some((flag) => flag.split('=')[0] === name);
  const missing = Object.entries(ours).filter(([name]) => !isGiven(name));
  return [...missing.map(([name, value]) => `${name}=${value}`), ...flags];
}

/** What makes a service that exists ready, whoever made it: its own account, recovery after failures, folder, event source. */
export function configureService(dataFolder: string): readonly Command[] {
  return [
    { ...manage('description', DESCRIPTION), isOptional: true },
    { ...manage('config', 'start=', 'delayed-auto'), isOptional: true },
    manage('failure', 'reset=', '86400', 'actions=', RESTARTS),
    // Without it only a crash counts as a failure, not an exit with an error code.
    { ...manage('failureflag', '1'), isOptional: true },
    // Where it fails, the service cannot write its folder, and says so in the event log.
    { ...manage('sidtype', 'unrestricted'), isOptional: true },
    ...protectFolder(dataFolder, SERVICE_NAME),
    ...registerEventSource(),
  ];
}

export function startService(): Command {
  return manage('start');
}

export function queryService(): Command {
  return manage('query');
}

/** What removes it: it may not run, and may have no rule. Log and ledger stay. */
export function removeService(): readonly Command[] {
  return [
    { ...manage('stop'), isOptional: true },
    manage('delete'),
    removeFirewallRule(SERVICE_NAME),
    removeEventSource(),
  ];
}

/** A call of the service manager's own tool for our service. */
function manage(verb: string, ...args: readonly string[]): Command {
  return { file: 'sc.exe', args: [verb, SERVICE_NAME, ...args] };
}
