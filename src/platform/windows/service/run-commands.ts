import { join } from 'node:path';
import { execa } from 'execa';
import { systemFolder } from '../run-command.ts';
import type { Command } from './command-line.ts';

const TIMEOUT_MS = 60_000;

export interface Outcome {
  readonly stdout: string;
  /** -1 when it could not be started or took longer than a minute. */
  readonly exitCode: number;
}

export type Run = (command: Command) => Promise<Outcome>;

/** Runs a program of System32. */
export const runSystemProgram: Run = async ({ file, args }) => {
  const result = await execa(join(systemFolder(), file), args, {
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    windowsHide: true,
    timeout: TIMEOUT_MS,
    encoding: 'latin1',
  });
  return { stdout: result.stdout, exitCode: result.exitCode ?? -1 };
};

/** Runs one after another; false, and the reason printed, at the first that fails and must not. */
export async function runAll(
  commands: readonly Command[],
  run: Run,
  print: (text: string) => void = () => {},
): Promise<boolean> {
  for (const command of commands) {
    const { stdout, exitCode } = await run(command);
    if (exitCode === 0 || command.isOptional === true) continue;
    const line = `${command.file} ${command.args.join(' ')}`;
    print(`${line}\n${stdout.trim()}\nfailed with exit code ${exitCode}; run it as an administrator\n`);
    return false;
  }
  return true;
}
