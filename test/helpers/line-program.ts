import { createInterface } from 'node:readline';
import { execa } from 'execa';

/** A program that answers each JSON line with one JSON line. */
export interface LineProgram {
  readonly pid: number;
  ask(request: unknown): Promise<unknown>;
  /** Ends its stdin, upon which it ends. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts `command` in a network namespace. `ip netns exec` becomes the command, so the pid is the command's own. */
export function startLineProgram(netns: string, command: string, args: readonly string[]): LineProgram {
  const child = execa('ip', ['netns', 'exec', netns, command, ...args], {
    stderr: 'inherit',
    buffer: false,
    reject: false,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid as number,
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ended instead of answering ${JSON.stringify(request)}`);
      return JSON.parse(value);
    },
    async stop() {
      child.stdin.end();
      await child;
    },
    async kill() {
      child.kill('SIGKILL');
      await child;
    },
  };
}
