/**
 * How numbers are written: with a point between commas, or, for spreadsheets of a language that writes 1,8, with a comma
 * between semicolons, which is also what those take a double-clicked file to hold.
 */
export const CSV_DECIMALS = ['point', 'comma'] as const;
export type CsvDecimal = (typeof CSV_DECIMALS)[number];

export const CSV_SEPARATOR: Readonly<Record<CsvDecimal, string>> = { point: ',', comma: ';' };

export function csvNumber(value: number, decimal: CsvDecimal): string {
  return decimal === 'comma' ? String(value).replace('.', ',') : String(value);
}

/**
 * One line of CSV (RFC 4180) that a spreadsheet opens without running anything: a text that begins like a formula gets a
 * quote before it, and what would break the line or hide in it is written out.
 */
export function csvLine(cells: readonly (string | number)[], decimal: CsvDecimal = 'point'): string {
  const texts = cells.map((cell) => (typeof cell === 'number' ? csvNumber(cell, decimal) : csvCell(cell)));
  return `${texts.join(CSV_SEPARATOR[decimal])}\r\n`;
}

/** One text as it stands in a line. */
export function csvCell(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  });
  // Spreadsheets skip leading spaces and take the full-width forms for the plain ones.
  const harmless = /^\s*[=+\-@＝＋－＠]/u.test(visible) ? `'${visible}` : visible;
  return /[",;'\s]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
