import type { OwnerRule } from '../model/owner-rule.ts';

/** A pattern of the config file: an RE2-like JavaScript regular expression, anchored at both ends. */
export type Pattern = RegExp;

/** Gives processes a name of the operator's choice; the first rule whose every given pattern matches wins. */
export interface ProcessNameRule {
  /** May hold `$1`..`$9` of the `commandLine` match, else of the `executable` match. */
  readonly name: string;
  readonly comm?: Pattern;
  readonly executable?: Pattern;
  readonly commandLine?: Pattern;
}

/** What the YAML config file holds, checked and compiled. */
export interface Config {
  readonly processNames: readonly ProcessNameRule[];
  readonly owners: readonly OwnerRule[];
}

export const EMPTY_CONFIG: Config = { processNames: [], owners: [] };
