import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { systemFolder } from '../run-command.ts';
import type { StartShell } from './cim-session.ts';

const PROGRAM = 'WindowsPowerShell/v1.0/powershell.exe';
const ARGUMENTS = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', '-'];

/** Names of processes in UTF-8; where the language mode forbids it, a name with other letters is garbled and nothing else. */
const PREPARE = 'try { [Console]::OutputEncoding = [Text.Encoding]::UTF8 } catch { }\n\n';

/** Starts the PowerShell of the system, or `file` with `args` in its place. */
export function startPowerShell(
  file: string = join(systemFolder(), PROGRAM),
  args: readonly string[] = ARGUMENTS,
): StartShell {
  return ({ onLine, onEnd }) => {
    const child = execa(file, args, {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'ignore',
      buffer: false,
      reject: false,
      windowsHide: true,
    });
    void child.then(onEnd);
    // A shell that died has closed its pipe; its end is told by `onEnd`.
    child.stdin.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', onLine);
    child.stdin.write(PREPARE);
    return {
      write: (line) => child.stdin.write(line),
      kill: () => {
        child.stdin.end();
        child.kill();
      },
    };
  };
}
