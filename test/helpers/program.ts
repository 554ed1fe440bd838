import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A real program under test: started, known to be ready, and stopped by its pid. */
export interface Program {
  readonly pid: number;
  /** Everything it has written so far, both streams. */
  output(): string;
  /** SIGTERM, then SIGKILL after 5 s; resolves to the exit code when it is gone (null when a signal ended it). */
  stop(): Promise<number | null>;
  /** Ends without a chance to tidy up. */
  kill(): Promise<void>;
}

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Network namespace to run in. */
  readonly netns?: string;
  /** File that its output goes to. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export function startProgram({ command, args, netns, logFile, env, cwd }: ProgramOptions): Program {
  // `ip netns exec` replaces itself by the command, so the pid is the command's own.
  const line = netns === undefined ? [command, ...args] : ['ip', 'netns', 'exec', netns, command, ...args];
  const log = openSync(logFile, 'w');
  const child = spawn(line[0] as string, line.slice(1), {
    stdio: ['pipe', log, log],
    env: { ...process.env, ...env },
    ...(cwd && { cwd }),
  });
  closeSync(log);
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    pid: child.pid as number,
    output: () => readFileSync(logFile, 'utf8'),
    async stop() {
      child.kill('SIGTERM');
      const hurry = setTimeout(() => child.kill('SIGKILL'), 5_000);
      const code = await ended;
      clearTimeout(hurry);
      return code;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Asks until `probe` gives something.
 * @throws Error naming `what` after `timeoutMs`, with the last error of the probe
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 20_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not seen in ${timeoutMs} ms: ${what}`, { cause: last });
}
