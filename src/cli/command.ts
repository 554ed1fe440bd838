import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { BuildFacts } from './build-facts.ts';
import type { CommandSyntax, GivenArguments } from './command-flag.ts';
import type { Surroundings } from './flag.ts';

/** The outside world of a command line; main.ts passes the real one. */
export interface CommandLineIo extends Surroundings {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly wallMs: () => number;
  readonly build: BuildFacts;
  /** How wide and how able the terminal is; plain and without limit when it is none. */
  readonly terminal: Terminal;
}

export interface Terminal {
  readonly isTty: boolean;
  /** As the system tells it; 0 when it does not. */
  readonly columns: number;
}

export interface CommandContext {
  readonly settings: Settings;
  readonly io: CommandLineIo;
  readonly log: Log;
  readonly given: GivenArguments;
}

export interface Command extends CommandSyntax {
  /** One line of usage. */
  readonly summary: string;
  /** Exit code. @throws ExporterError for what a person can act on. */
  readonly run: (context: CommandContext) => Promise<number>;
}

/** Commands by name; `serve` is the one that runs when none is named. */
export type CommandTable = Readonly<Record<string, Command>> & { readonly serve: Command };
