import type { Style, Tone } from './terminal-style.ts';
import { fitText, textWidth, visibleText } from './visible-text.ts';

export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** The fewest cells it may be cut to where the line is too long; absent: never cut. */
  readonly least?: number;
}

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

/** Cells that a column is cut to where even its `least` is too much. */
const VERY_LEAST = 6;

/** Lines of a table that fits into the terminal by cutting the columns that may be cut, the widest first. */
export function textTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], style: Style): string[] {
  const shown = rows.map((row) => row.map(({ text, ...rest }) => ({ text: visibleText(text), ...rest })));
  const natural = columns.map(({ heading }, index) => {
    return Math.max(textWidth(heading), ...shown.map((row) => textWidth(row[index]?.text ?? '')));
  });
  const { widths, gap } = fitColumns(natural, columns, style.columns);
  const line = (cells: readonly Cell[]): string =>
    columns
      .map(({ align }, index) => pad(cells[index] ?? { text: '' }, widths[index] as number, align, style))
      .join(' '.repeat(gap))
      .trimEnd();
  return [line(columns.map(({ heading }) => ({ text: heading, tone: 'heading' }))), ...shown.map(line)];
}

interface Layout {
  readonly widths: readonly number[];
  readonly gap: number;
}

/** Widths that a line holds: with wide gaps, else with narrow ones, else below what each column should have. */
function fitColumns(natural: readonly number[], columns: readonly Column[], lineWidth: number): Layout {
  const gaps = columns.length - 1;
  const leasts = columns.map(({ least }) => least ?? Number.POSITIVE_INFINITY);
  for (const gap of [2, 1]) {
    const { widths, fits } = shrink(natural, leasts, lineWidth - gap * gaps);
    if (fits) return { widths, gap };
  }
  const veryLeasts = leasts.map((least) => (Number.isFinite(least) ? VERY_LEAST : least));
  return { ...shrink(natural, veryLeasts, lineWidth - gaps), gap: 1 };
}

/** Takes cells from the widest column that has more than its least, until all fit or none is left. */
function shrink(
  natural: readonly number[],
  leasts: readonly number[],
  room: number,
): { readonly widths: readonly number[]; readonly fits: boolean } {
  const widths = [...natural];
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess--) {
    let widest = -1;
    widths.forEach((width, index) => {
      if (width > (leasts[index] as number) && width > (widths[widest] ?? 0)) widest = index;
    });
    if (widest < 0) return { widths, fits: false };
    widths[widest] = (widths[widest] as number) - 1;
  }
  return { widths, fits: true };
}

function pad({ text, tone }: Cell, width: number, align: 'left' | 'right', style: Style): string {
  const fitting = fitText(text, width);
  const space = ' '.repeat(Math.max(0, width - textWidth(fitting)));
  const painted = tone === undefined ? fitting : style.paint(tone, fitting);
  return align === 'left' ? painted + space : space + painted;
}

/** A text broken into lines at spaces; one word longer than a line stays whole. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [''];
  for (const word of visibleText(text).split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (textWidth(line) + 1 + textWidth(word) <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
