/** A flag that only one command knows; its meaning is the command's own. */
export interface CommandFlag {
  /** With its dashes. */
  readonly name: string;
  /** Name of the value in usage; absent for a switch. */
  readonly placeholder?: string;
  /** The default as usage shows it; empty when there is none. */
  readonly defaultText: string;
  readonly help: string;
}

/** What a command takes beside the flags that all share. */
export interface CommandSyntax {
  readonly flags?: readonly CommandFlag[];
  /** Name of its one argument in usage, which must then be given. */
  readonly argument?: string;
}

/** What was given to a command. */
export interface GivenArguments {
  /** By the flag's name with its dashes; a switch that was given has an empty text. */
  readonly flags: ReadonlyMap<string, string>;
  /** Empty when the command takes none. */
  readonly argument: string;
}
