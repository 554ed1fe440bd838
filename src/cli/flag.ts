import type { Settings } from '../config/settings.ts';
import { ExporterError } from '../errors.ts';

/** What the surroundings of the process decide about defaults. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** -1 where the system has no user ids. */
  readonly uid: number;
}

/** One flag of the command line: usage, the document and the parser are all made from it. */
export interface Flag {
  /** With its dashes. */
  readonly name: string;
  /** Name of the value in usage; absent for a switch, which has a `--no-` form instead. */
  readonly placeholder?: string;
  readonly repeatable: boolean;
  /** The default as usage shows it; empty when there is none. */
  readonly defaultText: string;
  readonly help: string;
  /**
   * The settings that this flag decides; `texts` is empty when it was not given, a switch's text is `true` or `false`.
   * @throws ExporterError EPH_USAGE with the reason, without the flag's name.
   */
  read(texts: readonly string[], surroundings: Surroundings): Partial<Settings>;
}

interface FlagText {
  readonly name: string;
  readonly help: string;
}

interface ValueFlag<Value> extends FlagText {
  readonly placeholder: string;
  /** In the syntax of the flag, so that usage cannot tell another default than the one in use. */
  readonly default: string;
  /** Where the default depends on the surroundings: how to find it, and how usage calls it. */
  readonly defaultFrom?: (surroundings: Surroundings) => string;
  readonly defaultText?: string;
  readonly parse: (text: string) => Value;
}

/** A flag with one value that decides the setting `key`. */
export function valueFlag<Key extends keyof Settings>(key: Key, spec: ValueFlag<Settings[Key]>): Flag {
  return {
    name: spec.name,
    placeholder: spec.placeholder,
    repeatable: false,
    defaultText: spec.defaultText ?? spec.default,
    help: spec.help,
    read(texts, surroundings) {
      const text = texts[0] ?? spec.defaultFrom?.(surroundings) ?? spec.default;
      return { [key]: spec.parse(text) };
    },
  };
}

/** A switch that decides the setting `key`; `--no-...` turns it off. */
export function switchFlag<Key extends 'systemdSocket' | 'disableExporterMetrics' | 'sampleAnonymize'>(
  key: Key,
  spec: FlagText,
): Flag {
  return {
    ...spec,
    repeatable: false,
    defaultText: '',
    read: (texts) => ({ [key]: texts[0] === 'true' }),
  };
}

/** @throws ExporterError EPH_USAGE always. */
export function rejectValue(reason: string): never {
  throw new ExporterError('EPH_USAGE', reason);
}
