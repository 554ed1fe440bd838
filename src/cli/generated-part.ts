/**
 * A document whose part between `<!-- generated: NAME -->` and `<!-- end: NAME -->` is `content`.
 * @throws Error when the document has no such part.
 */
export function replaceGeneratedPart(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->\n`, `<!-- end: ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the document has no generated part named ${name}`);
  return document.slice(0, from + begin.length) + content + document.slice(to);
}
