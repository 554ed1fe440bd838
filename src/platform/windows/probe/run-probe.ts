import { execa } from 'execa';
import { type NativeReport, readNativeReport } from './native-probe.ts';

const TIMEOUT_MS = 20_000;

/** How the probe process is started: a program and the arguments before ours. */
export interface ProbeProgram {
  readonly file: string;
  readonly args: readonly string[];
}

/** Tries the native calls in a process of its own; never throws, whatever happens to that process. */
export async function runProbe({ file, args }: ProbeProgram, boundLibrary: string): Promise<NativeReport> {
  const result = await execa(file, [...args, boundLibrary], {
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    windowsHide: true,
    timeout: TIMEOUT_MS,
    maxBuffer: 65_536,
  });
  const ending = result.timedOut ? `it hung for ${TIMEOUT_MS} ms` : `exit code ${result.exitCode ?? 'none'}`;
  return readNativeReport(String(result.stdout), ending);
}
