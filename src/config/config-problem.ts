import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { z } from 'zod';

/** Names of the rules that a config file can break. */
export type ConfigRule =
  | 'yaml-syntax'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-type'
  | 'too-many'
  | 'bad-text'
  | 'bad-pattern'
  | 'long-pattern'
  | 'slow-pattern'
  | 'empty-match'
  | 'group-reference'
  | 'bad-value'
  | 'bad-hash'
  | 'conflict'
  | 'unreadable-file'
  | 'bad-certificate';

/** One broken rule; line and column from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly rule: ConfigRule;
  readonly message: string;
}

/** Keys and indexes from the root of the file. */
export type Path = readonly PropertyKey[];

/** The problems of a document that did not fit the schema, each at the node it is about. */
export function problemsOfIssues(
  issues: readonly z.core.$ZodIssue[],
  document: Document.Parsed,
  lines: LineCounter,
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const message = `unknown key ${JSON.stringify(key)} in ${describePath(issue.path)}; remove or correct it`;
        return { ...positionOf(findKey(document, issue.path, key), lines), rule: 'unknown-key' as const, message };
      });
    }
    return [problemAt({ path: issue.path, ...explain(issue) }, document, lines)];
  });
}

/** One problem at the node of its path, or at the innermost one on the way that is there. */
export function problemAt(
  { path, rule, message }: { readonly path: Path; readonly rule: ConfigRule; readonly message: string },
  document: Document.Parsed,
  lines: LineCounter,
): ConfigProblem {
  return { ...positionOf(findNode(document, path), lines), rule, message: `${describePath(path)}: ${message}` };
}

/** Line and column of an offset; the start of the file where there is none. */
export function positionOf(target: Node | number | undefined, lines: LineCounter): { line: number; column: number } {
  const offset = typeof target === 'number' ? target : (target?.range?.[0] ?? 0);
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function explain(issue: z.core.$ZodIssue): { rule: ConfigRule; message: string } {
  if (issue.code === 'custom') {
    // Only addIssue makes custom issues, always with a rule.
    return { rule: issue.params?.['rule'] as ConfigRule, message: issue.message };
  }
  if (issue.code === 'too_big') return { rule: 'too-many', message: `holds more than ${issue.maximum} entries` };
  if (issue.code === 'invalid_value')
    return { rule: 'bad-value', message: `must be one of ${issue.values.join(', ')}` };
  if (issue.code !== 'invalid_type') return { rule: 'wrong-type', message: issue.message };
  const wanted = {
    array: 'a list',
    object: 'a mapping',
    string: 'a text',
    boolean: 'true or false',
    int: 'a whole number',
  }[issue.expected as string];
  if (issue.input === undefined) return { rule: 'missing-key', message: `is missing; it must be ${wanted}` };
  const hint = issue.expected === 'string' && typeof issue.input !== 'object' ? '; quote it' : '';
  return { rule: 'wrong-type', message: `must be ${wanted}, not ${describeValue(issue.input)}${hint}` };
}

function describeValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `${typeof value} ${JSON.stringify(value).slice(0, 60)}`;
}

function describePath(path: Path): string {
  if (path.length === 0) return 'the file';
  return path.reduce<string>((text, part) => {
    return typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`;
  }, '');
}

/** The node at the path, or the innermost one on the way that is there: a missing key is told at its mapping. */
function findNode(document: Document.Parsed, path: Path): Node | undefined {
  let node: unknown = document.contents;
  for (const part of path) {
    const next: unknown = isMap(node) || isSeq(node) ? node.get(part, true) : undefined;
    if (!isNode(next)) break;
    node = next;
  }
  return isNode(node) ? node : undefined;
}

function findKey(document: Document.Parsed, path: Path, key: string): Node | undefined {
  const map = findNode(document, path);
  const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined;
  return isNode(pair?.key) ? pair.key : map;
}

/** Adds a problem of a rule of our own to what zod found. */
export function addIssue(
  context: z.RefinementCtx<unknown>,
  rule: ConfigRule,
  message: string,
  path: string[] = [],
): void {
  context.addIssue({ code: 'custom', message, path, params: { rule } });
}
