import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { eventually, type Program, startProgram } from './program.ts';

export interface LeakyProgram extends Program {
  /** Ports it has bound so far, by its own account. */
  ports(): readonly number[];
}

/** Builds leaky.c as `directory`/`name`; the base name is what the exporter calls it. */
export function compileLeaky(directory: string, name: string): string {
  const path = join(directory, name);
  execFileSync('cc', ['-O2', '-o', path, join(import.meta.dirname, 'leaky.c')]);
  return path;
}

export interface LeakyOptions {
  /** The host itself by default. */
  readonly netns?: string;
  readonly count: number;
  readonly intervalMs?: number;
  /** Put before the program: `setpriv ...`. */
  readonly wrapper?: readonly string[];
}

/** Starts it and waits until it holds `count` bound ports, taken `intervalMs` apart. */
export async function startLeaky(path: string, options: LeakyOptions): Promise<LeakyProgram> {
  const { netns, count, intervalMs = 0, wrapper = [] } = options;
  const [command, ...args] = [...wrapper, path, String(count), String(intervalMs)];
  const program = startProgram({
    command: command as string,
    args,
    ...(netns !== undefined && { netns }),
    logFile: `${path}.log`,
  });
  const ports = (): number[] => program.output().split('\n').filter(Boolean).map(Number);
  await eventually(`${count} ports bound by ${path}`, () => ports().length === count || undefined);
  return { ...program, ports };
}
