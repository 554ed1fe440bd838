import type { CommandFlag } from './command-flag.ts';
import { FLAGS } from './flags.ts';
import { commandFlagSpelling, flagSpelling } from './usage.ts';

/** The table of flags in Markdown, for docs/configuration.md. */
export function flagsDocument(): string {
  const rows = FLAGS.map((flag) => {
    const fallback = flag.defaultText === '' ? '' : `\`${flag.defaultText}\``;
    const repeatable = flag.repeatable ? ' (repeatable)' : '';
    return `| \`${flagSpelling(flag)}\`${repeatable} | ${fallback} | ${escapeCell(flag.help)} |`;
  });
  return ['| flag | default | what it does |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** The table of the flags of one command. */
export function commandFlagsDocument(flags: readonly CommandFlag[]): string {
  const rows = flags.map((flag) => {
    const fallback = flag.defaultText === '' ? '' : `\`${flag.defaultText}\``;
    return `| \`${commandFlagSpelling(flag)}\` | ${fallback} | ${escapeCell(flag.help)} |`;
  });
  return ['| flag | default | what it does |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('_', '\\_');
}
