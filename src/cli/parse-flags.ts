import { parseArgs } from 'node:util';
import type { Settings } from '../config/settings.ts';
import { ExporterError } from '../errors.ts';
import type { CommandFlag, CommandSyntax, GivenArguments } from './command-flag.ts';
import type { Flag, Surroundings } from './flag.ts';
import { collectorsOf, FLAGS } from './flags.ts';
import { nearest } from './nearest.ts';

/** A command line that was understood. */
export interface CommandLine {
  /** Empty when none was named. */
  readonly command: string;
  readonly wants: 'run' | 'help' | 'version';
  readonly settings: Settings;
  readonly given: GivenArguments;
}

/** Every command with what it takes. */
export type CommandSyntaxes = Readonly<Record<string, CommandSyntax>>;

type Given = Map<string, string[]>;

const FLAG_OF_NAME: ReadonlyMap<string, Flag> = new Map(FLAGS.map((flag) => [flag.name, flag]));
const NO_NAMES = FLAGS.filter((flag) => flag.placeholder === undefined).map((flag) => noName(flag.name));
const SPELLINGS: readonly string[] = [...FLAG_OF_NAME.keys(), ...NO_NAMES, '--help', '--version'];

/**
 * Understands the arguments after the program's name.
 * @throws ExporterError EPH_USAGE for the first thing that is wrong, with the nearest flag as a hint.
 */
export function parseFlags(
  argv: readonly string[],
  surroundings: Surroundings,
  commands: CommandSyntaxes = {},
): CommandLine {
  const { tokens } = parseArgs({ args: [...argv], options: parserOptions(commands), strict: false, tokens: true });
  const [command = '', ...rest] = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const syntax: CommandSyntax = (Object.hasOwn(commands, command) ? commands[command] : undefined) ?? {};
  const given: Given = new Map();
  const own = new Map<string, string>();
  let wants: CommandLine['wants'] = 'run';
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { rawName, value, inlineValue } = token;
    const ownFlag = syntax.flags?.find(({ name }) => name === rawName);
    if (rawName === '--help' || rawName === '-h') wants = 'help';
    else if (rawName === '--version') wants = wants === 'help' ? 'help' : 'version';
    else if (ownFlag !== undefined) takeOwn(own, ownFlag, value, inlineValue === true);
    else take(given, rawName, value, inlineValue === true, spellingsFor(command, commands));
  }
  const [argument = '', extra] = syntax.argument === undefined ? ['', rest[0]] : rest;
  if (extra !== undefined) fail(`unexpected argument ${quote(extra)}`);
  if (syntax.argument !== undefined && argument === '' && wants === 'run') fail(`${command} needs ${syntax.argument}`);
  return { command, wants, settings: settingsOf(given, surroundings), given: { flags: own, argument } };
}

/** All flags of all commands: which of them the named command takes is judged once it is known. */
function parserOptions(commands: CommandSyntaxes): Record<string, { type: 'string' | 'boolean'; multiple: true }> {
  const own = Object.values(commands).flatMap(({ flags = [] }) => flags);
  return Object.fromEntries(
    [...FLAGS, ...own].map(({ name, placeholder }) => [
      name.slice(2),
      { type: placeholder === undefined ? 'boolean' : 'string', multiple: true },
    ]),
  );
}

function spellingsFor(command: string, commands: CommandSyntaxes): Spellings {
  const owners = Object.entries(commands).flatMap(([name, { flags = [] }]) =>
    flags.map((flag) => [flag.name, name] as const),
  );
  const own = owners.filter(([, name]) => name === command).map(([flag]) => flag);
  return { known: [...SPELLINGS, ...own], commandOf: new Map(owners) };
}

interface Spellings {
  readonly known: readonly string[];
  /** The command that knows a flag. */
  readonly commandOf: ReadonlyMap<string, string>;
}

function takeOwn(own: Map<string, string>, flag: CommandFlag, value: string | undefined, inline: boolean): void {
  if (own.has(flag.name)) fail(`${flag.name} is given more than once`);
  if (flag.placeholder === undefined) {
    if (inline) fail(`${flag.name} takes no value; leave it out`);
    own.set(flag.name, '');
    return;
  }
  if (value === undefined || (!inline && value.startsWith('--')))
    fail(`${flag.name} needs a value (${flag.placeholder})`);
  own.set(flag.name, value);
}

function take(given: Given, rawName: string, value: string | undefined, inline: boolean, spellings: Spellings): void {
  const flag = FLAG_OF_NAME.get(rawName);
  const negated = flag === undefined && NO_NAMES.includes(rawName);
  const name = negated ? `--${rawName.slice('--no-'.length)}` : rawName;
  if (flag === undefined && !negated) failUnknown(rawName, spellings);
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
  return { ...whole, collectors: collectorsOf(given, whole, surroundings.platform) };
}

function failUnknown(rawName: string, { known, commandOf }: Spellings): never {
  const command = commandOf.get(rawName);
  if (command !== undefined) fail(`${rawName} belongs to the command ${command}`);
  const hint = nearest(rawName, known);
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
