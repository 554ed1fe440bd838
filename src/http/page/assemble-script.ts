import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const IMPORT = /^import (\{[^}]*\}) from '\.\/([\w-]+)\.js';$/gm;
const EXPORT = /^export ((?:async )?(?:function|const|class) (\w+))/gm;
/** Types, sentences and indents are for the readers of the repository, not for every reader of the page. */
const DOC_COMMENT = /^ *\/\*\*.*?\*\/\n/gms;
const LINE_COMMENT_OR_INDENT = /^(?: *\/\/.*\n|\n| +)/gm;

/**
 * The modules of a folder that `entry` needs, as one script: each once, after those it needs, in a function of its own that
 * returns what it exports. Named imports of files beside and exported declarations are all that is understood, and no text
 * may reach over the end of its line.
 * @throws Error when something is imported or exported in another way
 */
export function assembleScript(directory: string, entry: string): string {
  const modules = new Map<string, string>();
  const add = (name: string, ancestors: readonly string[]): void => {
    if (modules.has(name)) return;
    if (ancestors.includes(name)) throw new Error(`${name} imports itself through ${ancestors.join(', ')}`);
    const source = readFileSync(join(directory, `${name}.js`), 'utf8');
    for (const [, , needed] of source.matchAll(IMPORT)) add(needed as string, [...ancestors, name]);
    modules.set(name, moduleText(name, source));
  };
  add(entry, []);
  return [...modules.values()].join('');
}

function moduleText(name: string, source: string): string {
  const exported = [...source.matchAll(EXPORT)].map(([, , word]) => word);
  const text = source
    .replace(DOC_COMMENT, '')
    .replace(LINE_COMMENT_OR_INDENT, '')
    .replace(IMPORT, (_, names: string, from: string) => `const ${names} = ${variableOf(from)};`)
    .replace(EXPORT, '$1');
  const left = /^(?:import|export)\b.*$/m.exec(text);
  if (left !== null) throw new Error(`${name}.js cannot be joined: ${left[0]}`);
  return `const ${variableOf(name)} = (() => {\n${text}return { ${exported.join(', ')} };\n})();\n`;
}

function variableOf(name: string): string {
  return `module_${name.replaceAll('-', '_')}`;
}
