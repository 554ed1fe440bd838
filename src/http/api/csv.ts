/**
 * One line of CSV (RFC 4180) that a spreadsheet opens without running anything: a text that begins like a formula gets a
 * quote before it, and what would break the line or hide in it is written out.
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : csvCell(cell))).join(',')}\r\n`;
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
