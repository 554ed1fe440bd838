const UNSAFE = /[\0\p{Surrogate}]/u;
const UNSAFE_ALL = /[\0\p{Surrogate}]/gu;

/**
 * A label value from outside that every scraper takes: NUL ends the input of Prometheus' own lexer, and a lone surrogate has
 * no UTF-8. Quotes, backslashes and line ends are left to the escaping of the text formats.
 */
export function labelText(text: string): string {
  return UNSAFE.test(text) ? text.replace(UNSAFE_ALL, '\ufffd') : text;
}
