import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { BuildFacts } from './build-facts.ts';
import type { Surroundings } from './flag.ts';

/** The outside world of a command line; main.ts passes the real one. */
export interface CommandLineIo extends Surroundings {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly wallMs: () => number;
  readonly build: BuildFacts;
}

export interface CommandContext {
  readonly settings: Settings;
  readonly io: CommandLineIo;
  readonly log: Log;
}

export interface Command {
  /** One line of usage. */
  readonly summary: string;
  /** Exit code. @throws ExporterError for what a person can act on. */
  readonly run: (context: CommandContext) => Promise<number>;
}

/** Commands by name; `serve` is the one that runs when none is named. */
export type CommandTable = Readonly<Record<string, Command>> & { readonly serve: Command };
