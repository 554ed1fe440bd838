import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { z } from 'zod';
import type { ConfigRule } from './schema.ts';

/** One broken rule; line and column from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly rule: ConfigRule;
  readonly message: string;
}

type Path = readonly PropertyKey[];

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
    const { rule, message } = explain(issue);
    return [
      {
        ...positionOf(findNode(document, issue.path), lines),
        rule,
        message: `${describePath(issue.path)}: ${message}`,
      },
    ];
  });
}

/** Line and column of an offset; the start of the file where there is none. */
export function positionOf(target: Node | number | undefined, lines: LineCounter): { line: number; column: number } {
  const offset = typeof target === 'number' ? target : (target?.range?.[0] ?? 0);
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function explain(issue: z.core.$ZodIssue): { rule: ConfigRule; message: string } {
  if (issue.code === 'custom') {
    // Only schema.ts makes custom issues, always with a rule.
    return { rule: issue.params?.['rule'] as ConfigRule, message: issue.message };
  }
  if (issue.code === 'too_big') return { rule: 'too-many', message: `holds more than ${issue.maximum} entries` };
  if (issue.code !== 'invalid_type') return { rule: 'wrong-type', message: issue.message };
  const wanted = { array: 'a list', object: 'a mapping', string: 'a text', boolean: 'true or false' }[
    issue.expected as string
  ];
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
