import type { CommandLineIo } from '../command.ts';

export type Tone = 'good' | 'warning' | 'danger' | 'heading' | 'quiet';

/** How text may be written. */
export interface Style {
  /** Cells in a line; infinite where nothing limits it. */
  readonly columns: number;
  /** The text in a tone; as it is on a plain terminal. */
  paint(tone: Tone, text: string): string;
}

/** SGR codes (ECMA-48): of the 16 colours only, which every theme keeps readable. */
const CODES: Readonly<Record<Tone, string>> = { good: '32', warning: '33', danger: '1;31', heading: '1', quiet: '2' };

/** Narrower than this no table can be drawn; lines then wrap. */
const LEAST_COLUMNS = 60;

/** Colours on a terminal, unless NO_COLOR is set or TERM is dumb; COLUMNS overrules the width. */
export function createStyle({ env, terminal }: Pick<CommandLineIo, 'env' | 'terminal'>): Style {
  const isPlain = !terminal.isTty || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const asked = /^\d{1,4}$/.test(env['COLUMNS'] ?? '') ? Number(env['COLUMNS']) : 0;
  const told = terminal.isTty ? terminal.columns : 0;
  const columns = asked || told;
  return {
    columns: columns === 0 ? Number.POSITIVE_INFINITY : Math.max(LEAST_COLUMNS, columns),
    paint: (tone, text) => (isPlain || text === '' ? text : `\u001b[${CODES[tone]}m${text}\u001b[0m`),
  };
}
