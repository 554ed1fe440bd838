import { join } from 'node:path';
import { execa } from 'execa';
import { ExporterError } from '../../errors.ts';

/** 65,536 rows of netstat are 6 MB; an output that is cut off here is an error, not a small count. */
const LONGEST_OUTPUT_BYTES = 32 * 1024 * 1024;

/**
 * Runs a program and gives its output, which is never empty.
 * @throws ExporterError EPH_WINDOWS_COMMAND when it cannot be started, fails, prints nothing, or takes too long.
 */
export type RunCommand = (file: string, args: readonly string[], timeoutMs: number) => Promise<Uint8Array>;

/** The real runner. A bare name is a program of the system's own folder: PATH is not searched. */
export const runCommand: RunCommand = async (file, args, timeoutMs) => {
  const result = await execa(systemProgram(file), args, {
    encoding: 'buffer',
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    windowsHide: true,
    // The last line end tells a whole output from one that was cut.
    timeout: timeoutMs,
    maxBuffer: LONGEST_OUTPUT_BYTES,
    stripFinalNewline: false,
  });
  const cause = result.timedOut
    ? `it ran longer than ${timeoutMs} ms`
    : result.failed
      ? (causeOf(result.cause) ?? `it ended with exit code ${result.exitCode}`)
      : result.stdout.length === 0
        ? 'it ended well and printed nothing'
        : undefined;
  if (cause === undefined) return result.stdout;
  throw new ExporterError('EPH_WINDOWS_COMMAND', `${file} ${args.join(' ')}: ${cause}`);
};

/** Full path of a program of System32; a path is taken as it is. */
function systemProgram(file: string): string {
  return /[\\/]/.test(file) ? file : join(systemFolder(), file);
}

export function systemFolder(): string {
  return join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
}

function causeOf(error: unknown): string | undefined {
  return error instanceof Error ? error.message : undefined;
}
