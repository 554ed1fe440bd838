import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program in a namespace to its end; one that does not end within 15 s is killed. */
export async function runMain(args: readonly string[], netns: string): Promise<Ended> {
  const command = ['netns', 'exec', netns, process.execPath, MAIN, ...args];
  const { exitCode, stdout, stderr } = await execa('ip', command, { reject: false, timeout: 15_000 });
  return { exitCode: exitCode ?? null, stdout, stderr };
}
