import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const IMPORT = /^import \{[^}]*\} from '\.\/([\w-]+\.js)';\n/gm;
/** Types are for the compiler; the reader of the page's source keeps the sentences. */
const TYPE_COMMENT = /^\/\*\* @(?:import|typedef) [^\n]*\*\/\n/gm;

/**
 * The modules of a folder that `entry` needs, as one script: each once, after those it needs, with imports and exports
 * taken out. For modules that import each other by plain names and never declare the same name twice.
 * @throws Error when something is imported or exported in another way
 */
export function assembleScript(directory: string, entry: string): string {
  const texts = new Map<string, string>();
  const add = (file: string, ancestors: readonly string[]): void => {
    if (texts.has(file)) return;
    if (ancestors.includes(file)) throw new Error(`${file} imports itself through ${ancestors.join(', ')}`);
    const source = readFileSync(join(directory, file), 'utf8');
    for (const [, needed] of source.matchAll(IMPORT)) add(needed as string, [...ancestors, file]);
    const text = source
      .replace(IMPORT, '')
      .replace(TYPE_COMMENT, '')
      .replace(/^export /gm, '');
    if (/^\s*(?:import|export)\b/m.test(text))
      throw new Error(`${file} imports or exports in a way that cannot be joined`);
    texts.set(file, text);
  };
  add(entry, []);
  return [...texts.values()].join('\n');
}
