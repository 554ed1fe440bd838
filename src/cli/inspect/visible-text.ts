/** Names are hostile input: what a terminal would act on, or what would hide, is written out. */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  });
}

/** Characters that terminals draw two cells wide (the large blocks of Unicode's EastAsianWidth W and F, and emoji). */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Cells of a terminal that a visible text takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** The text in at most `cells` cells; what is cut off shows as `…`. */
export function fitText(text: string, cells: number): string {
  if (textWidth(text) <= cells) return text;
  let fitting = '';
  let width = 1;
  for (const character of text) {
    width += textWidth(character);
    if (width > cells) break;
    fitting += character;
  }
  return `${fitting}…`;
}
