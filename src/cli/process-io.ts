import { readBuildFacts } from './build-facts.ts';
import type { CommandLineIo } from './command.ts';

/** The outside world of this very process. */
export function processIo(): CommandLineIo {
  return {
    env: process.env,
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    wallMs: () => Date.now(),
    build: readBuildFacts(),
    terminal: { isTty: process.stdout.isTTY === true, columns: process.stdout.columns ?? 0 },
  };
}
