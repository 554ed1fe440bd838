/** Name of the service, of its folder under ProgramData and of its firewall rule. */
export const SERVICE_NAME = 'ephemeral-port-exporter';

/** First argument of the executable when the service manager starts it; the data folder follows, then the flags. */
export const SERVICE_ARGUMENT = '--service';

/** Well-known SIDs, for account names are translated. */
const SID = { administrators: '*S-1-5-32-544', system: '*S-1-5-18', localService: '*S-1-5-19' } as const;

/** A program of System32 with its arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Its failure is no failure of the whole. */
  readonly isOptional?: boolean;
}

export interface Installation {
  /** Full path of the executable. */
  readonly executable: string;
  /** Folder for log and ledger. */
  readonly dataFolder: string;
  /** Flags of the exporter, as on its command line. */
  readonly flags: readonly string[];
  /** Opens this TCP port in the firewall; undefined leaves the firewall alone. */
  readonly firewallPort: number | undefined;
}

/**
 * What installs the service and starts it: delayed start as LocalService, restarted after failures, with a data folder that only
 * it and administrators can write.
 */
export function installCommands({ executable, dataFolder, flags, firewallPort }: Installation): readonly Command[] {
  const hasLedger = flags.some((flag) => flag.startsWith('--ledger.path'));
  const ledger = hasLedger ? [] : [`--ledger.path=${dataFolder}\\ledger`];
  const line = [executable, SERVICE_ARGUMENT, dataFolder, ...ledger, ...flags].map(quoteArgument).join(' ');
  const grants = Object.values(SID).map((sid) => `${sid}:(OI)(CI)${sid === SID.localService ? 'M' : 'F'}`);
  const account = ['obj=', 'NT AUTHORITY\\LocalService', 'DisplayName=', 'Ephemeral Port Exporter'];
  const description = 'Says who uses up the ephemeral ports of this host, to Prometheus.';
  const restarts = ['reset=', '86400', 'actions=', 'restart/5000/restart/30000/restart/300000'];
  return [
    { file: 'icacls.exe', args: [dataFolder, '/inheritance:r', '/grant:r', ...grants] },
    manage('create', 'binPath=', line, 'start=', 'delayed-auto', ...account),
    { ...manage('description', description), isOptional: true },
    manage('failure', ...restarts),
    // Without it only a crash counts as a failure, not an exit with an error code.
    { ...manage('failureflag', '1'), isOptional: true },
    ...(firewallPort === undefined ? [] : [firewallCommand(executable, firewallPort)]),
    manage('start'),
  ];
}

/** What removes it: it may not run, and may have no rule. */
export function uninstallCommands(): readonly Command[] {
  return [
    { ...manage('stop'), isOptional: true },
    manage('delete'),
    {
      file: 'netsh.exe',
      args: ['advfirewall', 'firewall', 'delete', 'rule', `name=${SERVICE_NAME}`],
      isOptional: true,
    },
  ];
}

/** A call of the service manager's own tool for our service. */
function manage(verb: string, ...args: readonly string[]): Command {
  return { file: 'sc.exe', args: [verb, SERVICE_NAME, ...args] };
}

function firewallCommand(executable: string, port: number): Command {
  const rule = ['dir=in', 'action=allow', 'protocol=TCP', `localport=${port}`, `program=${executable}`];
  return { file: 'netsh.exe', args: ['advfirewall', 'firewall', 'add', 'rule', `name=${SERVICE_NAME}`, ...rule] };
}

/** An argument as CommandLineToArgvW takes it apart again: quoted, with quotes and the backslashes before them escaped. */
export function quoteArgument(argument: string): string {
  if (/^[^\s"]+$/.test(argument)) return argument;
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
