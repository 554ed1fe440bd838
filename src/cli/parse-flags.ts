import { parseArgs } from 'node:util';
import type { Settings } from '../config/settings.ts';
import { ExporterError } from '../errors.ts';
import type { Flag, Surroundings } from './flag.ts';
import { collectorsOf, FLAGS } from './flags.ts';
import { nearest } from './nearest.ts';

/** A command line that was understood. */
export interface CommandLine {
  /** Empty when none was named. */
  readonly command: string;
  readonly wants: 'run' | 'help' | 'version';
  readonly settings: Settings;
}

type Given = Map<string, string[]>;

const FLAG_OF_NAME: ReadonlyMap<string, Flag> = new Map(FLAGS.map((flag) => [flag.name, flag]));
const NO_NAMES = FLAGS.filter((flag) => flag.placeholder === undefined).map((flag) => noName(flag.name));
const SPELLINGS: readonly string[] = [...FLAG_OF_NAME.keys(), ...NO_NAMES, '--help', '--version'];

/**
 * Understands the arguments after the program's name.
 * @throws ExporterError EPH_USAGE for the first thing that is wrong, with the nearest flag as a hint.
 */
export function parseFlags(argv: readonly string[], surroundings: Surroundings): CommandLine {
  const { tokens } = parseArgs({ args: [...argv], options: parserOptions(), strict: false, tokens: true });
  const given: Given = new Map();
  let command = '';
  let wants: CommandLine['wants'] = 'run';
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (command !== '') fail(`unexpected argument ${quote(token.value)}`);
      command = token.value;
    } else if (token.kind === 'option') {
      if (token.rawName === '--help' || token.rawName === '-h') wants = 'help';
      else if (token.rawName === '--version') wants = wants === 'help' ? 'help' : 'version';
      else take(given, token.rawName, token.value, token.inlineValue === true);
    }
  }
  return { command, wants, settings: settingsOf(given, surroundings) };
}

function parserOptions(): Record<string, { type: 'string' | 'boolean'; multiple: true }> {
  return Object.fromEntries(
    FLAGS.map(({ name, placeholder }) => [
      name.slice(2),
      { type: placeholder === undefined ? 'boolean' : 'string', multiple: true },
    ]),
  );
}

function take(given: Given, rawName: string, value: string | undefined, inline: boolean): void {
  const flag = FLAG_OF_NAME.get(rawName);
  const negated = flag === undefined && NO_NAMES.includes(rawName);
  const name = negated ? `--${rawName.slice('--no-'.length)}` : rawName;
  if (flag === undefined && !negated) failUnknown(rawName);
  const texts = given.get(name) ?? [];
  if (texts.length > 0 && flag?.repeatable !== true) fail(`${rawName} is given more than once`);
  given.set(name, [...texts, textOf(flag, rawName, value, inline)]);
}

function textOf(flag: Flag | undefined, rawName: string, value: string | undefined, inline: boolean): string {
  if (flag?.placeholder === undefined) {
    if (inline)
      fail(
        `${rawName} takes no value; ${flag === undefined ? 'leave it out' : `use ${noName(rawName)} to turn it off`}`,
      );
    return flag === undefined ? 'false' : 'true';
  }
  // The parser takes the next argument whatever it is; one that looks like a flag means that the value was forgotten.
  if (value === undefined || (!inline && value.startsWith('--')))
    fail(`${rawName} needs a value (${flag.placeholder})`);
  return value;
}

function settingsOf(given: Given, surroundings: Surroundings): Settings {
  let settings: Partial<Settings> = {};
  for (const flag of FLAGS) {
    const texts = given.get(flag.name) ?? [];
    try {
      settings = { ...settings, ...flag.read(texts, surroundings) };
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      fail(`${flag.name}: ${texts.map(quote).join(', ')} ${error.message}`);
    }
  }
  // Every key is decided by one flag; a test compares the keys with the type's.
  const whole = settings as Settings;
  return { ...whole, collectors: collectorsOf(given, whole.linuxTrace) };
}

function failUnknown(rawName: string): never {
  const hint = nearest(rawName, SPELLINGS);
  fail(`unknown flag ${quote(rawName)}${hint === undefined ? '' : `; did you mean ${hint}?`}`);
}

function fail(message: string): never {
  throw new ExporterError('EPH_USAGE', `${message} (--help lists all flags)`);
}

function noName(name: string): string {
  return `--no-${name.slice(2)}`;
}

/** Printable on one line whatever was typed. */
function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}
