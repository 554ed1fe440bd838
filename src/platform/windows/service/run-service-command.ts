import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { systemFolder } from '../run-command.ts';
import { type Command, installCommands, SERVICE_NAME, uninstallCommands } from './service-commands.ts';

const TIMEOUT_MS = 60_000;
const FIREWALL_FLAG = '--firewall';
const DEFAULT_PORT = 10_071;

/** Folder of the service's log and ledger. */
export function serviceFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['ProgramData'] ?? 'C:\\ProgramData', SERVICE_NAME);
}

/**
 * `service install [--firewall] [FLAGS]`, `service uninstall`, `service status`: gives the exit code. Needs the rights of an
 * administrator but for the status, which is 0 when the service runs.
 */
export async function runServiceCommand(args: readonly string[], print: (text: string) => void): Promise<number> {
  const [action, ...flags] = args;
  if (action === 'install') {
    const dataFolder = serviceFolder(process.env);
    mkdirSync(dataFolder, { recursive: true });
    const own = flags.filter((flag) => flag !== FIREWALL_FLAG);
    const firewallPort = own.length === flags.length ? undefined : listenPort(own);
    const installation = { executable: process.execPath, dataFolder, flags: own, firewallPort };
    return runAll(installCommands(installation), print);
  }
  if (action === 'uninstall') return runAll(uninstallCommands(), print);
  if (action === 'status') {
    const { stdout, exitCode } = await run({ file: 'sc.exe', args: ['query', SERVICE_NAME] });
    print(`${stdout.trim()}\n`);
    // TYPE : 10 ..., then STATE : 4 ...: the numbers are the same in every language.
    const [, state] = [...stdout.matchAll(/:\s+(\d+)\s/g)].map(([, number]) => number);
    return exitCode === 0 && state === '4' ? 0 : 1;
  }
  print('usage: service install [--firewall] [FLAGS] | service uninstall | service status\n');
  return 2;
}

async function runAll(commands: readonly Command[], print: (text: string) => void): Promise<number> {
  for (const command of commands) {
    const { stdout, exitCode } = await run(command);
    if (exitCode === 0 || command.isOptional === true) continue;
    print(
      `${command.file} ${command.args.join(' ')}\n${stdout.trim()}\nfailed with exit code ${exitCode}; run it as an administrator\n`,
    );
    return 1;
  }
  print('done\n');
  return 0;
}

async function run({ file, args }: Command): Promise<{ readonly stdout: string; readonly exitCode: number }> {
  const result = await execa(join(systemFolder(), file), args, {
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    windowsHide: true,
    timeout: TIMEOUT_MS,
    encoding: 'latin1',
  });
  return { stdout: result.stdout, exitCode: result.exitCode ?? -1 };
}

function listenPort(flags: readonly string[]): number {
  const address = flags.find((flag) => flag.startsWith('--web.listen-address='));
  return Number(/:(\d+)$/.exec(address ?? '')?.[1] ?? DEFAULT_PORT);
}
