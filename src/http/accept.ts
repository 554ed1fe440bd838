/** One entry of an Accept or Accept-Encoding header. */
export interface AcceptEntry {
  /** Lower case: `text/plain`, `*\/*`, `gzip`. */
  readonly value: string;
  /** Parameters other than q, lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1; 0 refuses. */
  readonly quality: number;
}

/** Entries beyond this are not looked at; no honest client sends so many. */
const MAX_ENTRIES = 32;

/** The entries of a header with q-values (RFC 9110 section 12.4), in its order; a malformed q counts as 0. */
export function parseAccept(header: string | undefined): readonly AcceptEntry[] {
  if (header === undefined) return [];
  const entries = header.split(',', MAX_ENTRIES).map((text) => {
    const [value = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase());
    const parameters = new Map(rest.map(parseParameter));
    const quality = parseQuality(parameters.get('q'));
    parameters.delete('q');
    return { value, parameters, quality };
  });
  return entries.filter((entry) => entry.value !== '');
}

function parseParameter(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 0) return [text, ''];
  return [
    text.slice(0, at).trim(),
    text
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1'),
  ];
}

function parseQuality(text: string | undefined): number {
  if (text === undefined) return 1;
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
