import type { CommandLineIo } from '../../src/cli/command.ts';

/** A command line's outside world that keeps what is written. */
export function createFakeIo(changes: Partial<CommandLineIo> = {}): CommandLineIo & { out: string; err: string } {
  const io = {
    out: '',
    err: '',
    env: {},
    platform: 'linux' as const,
    uid: 0,
    stdout: (text: string) => {
      io.out += text;
    },
    stderr: (text: string) => {
      io.err += text;
    },
    wallMs: () => 0,
    build: { version: '1.2.3', revision: 'abc', node: 'v20.20.2', os: 'linux', arch: 'x64' },
    terminal: { isTty: false, columns: 0 },
    ...changes,
  };
  return io;
}
