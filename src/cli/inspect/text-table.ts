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

const GAP = '  ';

/** Lines of a table that fits into the terminal by cutting the columns that may be cut, the widest first. */
export function textTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], style: Style): string[] {
  const shown = rows.map((row) => row.map(({ text, ...rest }) => ({ text: visibleText(text), ...rest })));
  const widths = columns.map(({ heading }, index) => {
    return Math.max(textWidth(heading), ...shown.map((row) => textWidth(row[index]?.text ?? '')));
  });
  shrink(widths, columns, style.columns - GAP.length * (columns.length - 1));
  const line = (cells: readonly Cell[]): string =>
    columns
      .map(({ align }, index) => pad(cells[index] ?? { text: '' }, widths[index] as number, align, style))
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ heading }) => ({ text: heading, tone: 'heading' }))), ...shown.map(line)];
}

function shrink(widths: number[], columns: readonly Column[], room: number): void {
  const total = (): number => widths.reduce((sum, width) => sum + width, 0);
  while (total() > room) {
    let widest = -1;
    columns.forEach(({ least }, index) => {
      if (least === undefined || (widths[index] as number) <= least) return;
      if (widest < 0 || (widths[index] as number) > (widths[widest] as number)) widest = index;
    });
    if (widest < 0) return;
    widths[widest] = (widths[widest] as number) - 1;
  }
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
