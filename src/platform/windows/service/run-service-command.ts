import { mkdirSync } from 'node:fs';
import { ExporterError } from '../../../errors.ts';
import type { Command } from './command-line.ts';
import { addFirewallRule, removeFirewallRule } from './firewall-commands.ts';
import { type Run, runAll } from './run-commands.ts';
import {
  configureService,
  createService,
  queryService,
  removeService,
  SERVICE_NAME,
  startService,
} from './service-commands.ts';

const USAGE = `usage: service install [--firewall[=ADDRESSES]] [FLAGS]   makes and starts it
       service uninstall
       service status                                      exit code 0 when it runs
       service configure                                   all that install does but make, open and start
       service firewall [--firewall=ADDRESSES] [FLAGS]     opens the ports of these flags
       service firewall-close
All but status need an administrator.
`;

/** What the service command needs of the rest of the program and of the system. */
export interface ServiceSurroundings {
  /** Full path of this executable. */
  readonly executable: string;
  /** Folder for log and ledger. */
  readonly dataFolder: string;
  readonly run: Run;
  readonly print: (text: string) => void;
  /** TCP ports that an exporter with these flags listens on. @throws ExporterError EPH_USAGE when a flag is wrong. */
  readonly portsOf: (flags: readonly string[]) => readonly number[];
}

/** Installs, removes or shows the service of this executable; gives the exit code. */
export async function runServiceCommand(
  [action = '', ...args]: readonly string[],
  { executable, dataFolder, run, print, portsOf }: ServiceSurroundings,
): Promise<number> {
  const flags = args.filter((flag) => !isFirewallFlag(flag));
  const openPort = (): readonly Command[] => {
    const remote = args.find(isFirewallFlag)?.split('=')[1] || 'any';
    const ports = portsOf(flags);
    if (ports.length === 0) throw new ExporterError('EPH_USAGE', '--firewall: these flags listen on no port');
    const rule = { name: SERVICE_NAME, executable, ports, remote };
    return [removeFirewallRule(SERVICE_NAME), addFirewallRule(rule)];
  };
  const configure = (): readonly Command[] => {
    mkdirSync(dataFolder, { recursive: true });
    return configureService(dataFolder);
  };
  const report = async (commands: readonly Command[]): Promise<number> => {
    const isDone = await runAll(commands, run, print);
    if (isDone) print('done\n');
    return isDone ? 0 : 1;
  };
  const install = async (): Promise<number> => {
    portsOf(flags);
    const rule = args.some(isFirewallFlag) ? openPort() : [];
    // One that was there before is left as it is.
    if (!(await runAll([createService(executable, flags)], run, print))) return 1;
    if (await runAll([...configure(), ...rule], run, print)) return report([startService()]);
    // Half a service is none.
    await runAll(removeService(), run);
    return 1;
  };
  switch (action) {
    case 'install':
      return install();
    case 'configure':
      return report(configure());
    case 'firewall':
      return report(openPort());
    case 'firewall-close':
      return report([removeFirewallRule(SERVICE_NAME)]);
    case 'uninstall':
      return report(removeService());
    case 'status':
      return showStatus(run, print);
    default:
      print(USAGE);
      return 2;
  }
}

function isFirewallFlag(flag: string): boolean {
  return flag.split('=')[0] === '--firewall';
}

async function showStatus(run: Run, print: (text: string) => void): Promise<number> {
  const { stdout, exitCode } = await run(queryService());
  print(`${stdout.trim()}\n`);
  // TYPE : 10 ..., then STATE : 4 ...: the numbers are the same in every language.
  const [, state] = [...stdout.matchAll(/:\s+(\d+)\s/g)].map(([, number]) => number);
  return exitCode === 0 && state === '4' ? 0 : 1;
}
