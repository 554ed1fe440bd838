/** A program of System32 with its arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Its failure is no failure of the whole. */
  readonly isOptional?: boolean;
}

/** An argument as CommandLineToArgvW takes it apart again: quoted, with quotes and the backslashes before them escaped. */
export function quoteArgument(argument: string): string {
  if (/^[^\s"]+$/.test(argument)) return argument;
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
