import { createReadStream } from 'node:fs';
import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import type { z } from 'zod';
import { ExporterError } from '../errors.ts';
import {
  type ConfigProblem,
  type ConfigRule,
  type Path,
  positionOf,
  problemAt,
  problemsOfIssues,
} from './config-problem.ts';

const MAX_BYTES = 1024 * 1024;
/** More problems than that come from one mistake. */
const MAX_PROBLEMS = 50;

/** A file that fits its schema. */
export interface ParsedYaml<Value> {
  readonly value: Value;
  /** A problem that only shows beyond the schema, at the node it is about. */
  problemAt(path: Path, rule: ConfigRule, message: string): ConfigProblem;
}

/** Bytes of a config file, at most one more than may be. @throws ExporterError EPH_CONFIG_UNREADABLE */
export async function readConfigFile(file: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  try {
    // One byte more than may be is enough to refuse a file that is too large, or that never ends.
    for await (const chunk of createReadStream(file, { end: MAX_BYTES })) chunks.push(chunk);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExporterError('EPH_CONFIG_UNREADABLE', `cannot read ${file}: ${reason}`, { cause: error });
  }
  return Buffer.concat(chunks);
}

/**
 * Checks the content of a YAML file against a schema; an empty file is an empty mapping.
 * @throws ExporterError EPH_CONFIG_INVALID with every problem, a line each, as `file:line:column`.
 */
export function parseYaml<Value>(bytes: Uint8Array, file: string, schema: z.ZodType<Value>): ParsedYaml<Value> {
  if (bytes.length > MAX_BYTES) throw invalidConfig(file, [atStart(`the file is larger than ${MAX_BYTES} bytes`)]);
  const lines = new LineCounter();
  const document = parseDocument(decode(bytes, file), { lineCounter: lines, prettyErrors: false, merge: false });
  if (document.errors.length > 0) {
    throw invalidConfig(
      file,
      document.errors.map((error) => problemOfYaml(error, lines)),
    );
  }
  const result = schema.safeParse(toPlain(document, file) ?? {}, { reportInput: true });
  if (!result.success) throw invalidConfig(file, problemsOfIssues(result.error.issues, document, lines));
  return {
    value: result.data,
    problemAt: (path, rule, message) => problemAt({ path, rule, message }, document, lines),
  };
}

/** The error that tells all problems, in the order of the file. */
export function invalidConfig(file: string, problems: readonly ConfigProblem[]): ExporterError {
  const sorted = [...problems].sort((left, right) => left.line - right.line || left.column - right.column);
  const told = sorted.slice(0, MAX_PROBLEMS).map((problem) => {
    return `${file}:${problem.line}:${problem.column}: ${problem.message} (${problem.rule})`;
  });
  if (sorted.length > told.length) told.push(`${file}: and ${sorted.length - told.length} more`);
  return new ExporterError('EPH_CONFIG_INVALID', told.join('\n'));
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidConfig(file, [atStart('the file is not UTF-8 text')]);
  }
}

function toPlain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // Aliases without an anchor, or so many that they would blow up.
    throw invalidConfig(file, [atStart(error instanceof Error ? error.message : String(error))]);
  }
}

function problemOfYaml(error: YAMLError, lines: LineCounter): ConfigProblem {
  const rule = error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml-syntax';
  const message = error.code === 'MULTIPLE_DOCS' ? 'a second document begins here; keep one' : error.message;
  return { ...positionOf(error.pos[0], lines), rule, message };
}

function atStart(message: string): ConfigProblem {
  return { line: 1, column: 1, rule: 'yaml-syntax', message };
}
