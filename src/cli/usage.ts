import type { Command, CommandTable } from './command.ts';
import type { CommandFlag } from './command-flag.ts';
import type { Flag } from './flag.ts';
import { FLAGS } from './flags.ts';

const HELP_COLUMN = 36;
const WIDTH = 110;

/** The text of `--help`: of one command where it is named and has flags of its own, else of all. */
export function usageText(commands: CommandTable, command = ''): string {
  const named = Object.hasOwn(commands, command) ? commands[command] : undefined;
  return named?.flags === undefined ? allUsage(commands) : commandUsage(command, named);
}

function commandUsage(name: string, { summary, argument, flags = [] }: Command): string {
  return [
    `usage: ephemeral-port-exporter ${[name, argument].filter(Boolean).join(' ')} [FLAGS]`,
    '',
    summary,
    '',
    'Flags of this command (--help without a command lists those that all share):',
    ...flags.map((flag) => row(`  ${commandFlagSpelling(flag)}`, flagHelp(flag))),
    '',
  ].join('\n');
}

function allUsage(commands: CommandTable): string {
  const commandLines = Object.entries(commands).map(([name, command]) =>
    row(`  ${[name, command.argument].filter(Boolean).join(' ')}`, command.summary),
  );
  const flagLines = FLAGS.map((flag) => row(`  ${flagSpelling(flag)}`, flagHelp(flag)));
  return [
    'usage: ephemeral-port-exporter [COMMAND] [FLAGS]',
    '',
    'Prometheus exporter that says who uses up the ephemeral ports of this host.',
    '',
    'Commands:',
    ...commandLines,
    '',
    'Flags (inspect, evidence and doctor have more of their own: inspect --help):',
    row('  -h, --help', 'Show this text.'),
    row('  --version', 'Show the version.'),
    ...flagLines,
    '',
  ].join('\n');
}

/** How a flag is written: `--name=VALUE`, or `--[no-]name` for a switch. */
export function flagSpelling(flag: Flag): string {
  if (flag.placeholder === undefined) return `--[no-]${flag.name.slice(2)}`;
  return `${flag.name}=${flag.placeholder}`;
}

/** How a flag of one command is written: `--name=VALUE`, or `--name` for a switch. */
export function commandFlagSpelling({ name, placeholder }: CommandFlag): string {
  return placeholder === undefined ? name : `${name}=${placeholder}`;
}

function flagHelp(flag: Pick<Flag, 'help' | 'defaultText'>): string {
  return flag.defaultText === '' ? flag.help : `${flag.help} (default: ${flag.defaultText})`;
}

function row(left: string, help: string): string {
  const lines = wrap(help, WIDTH - HELP_COLUMN);
  const indent = ' '.repeat(HELP_COLUMN);
  const [first = '', ...rest] = lines;
  const head = left.length + 2 > HELP_COLUMN ? `${left}\n${indent}${first}` : `${left.padEnd(HELP_COLUMN)}${first}`;
  return [head, ...rest.map((line) => indent + line)].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
