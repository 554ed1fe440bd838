import { createReadStream } from 'node:fs';
import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { ExporterError } from '../errors.ts';
import type { Config } from './config.ts';
import { type ConfigProblem, positionOf, problemsOfIssues } from './config-problem.ts';
import { CONFIG_SCHEMA } from './schema.ts';

const MAX_BYTES = 1024 * 1024;
/** More problems than that come from one mistake. */
const MAX_PROBLEMS = 50;

/**
 * Reads and checks a config file.
 * @throws ExporterError EPH_CONFIG_UNREADABLE; EPH_CONFIG_INVALID with every problem, a line each, as `file:line:column`.
 */
export async function loadConfig(file: string): Promise<Config> {
  const chunks: Buffer[] = [];
  try {
    // One byte more than may be is enough to refuse a file that is too large, or that never ends.
    for await (const chunk of createReadStream(file, { end: MAX_BYTES })) chunks.push(chunk);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExporterError('EPH_CONFIG_UNREADABLE', `cannot read ${file}: ${reason}`, { cause: error });
  }
  return parseConfig(Buffer.concat(chunks), file);
}

/**
 * Checks the content of a config file; an empty one is a good one.
 * @throws ExporterError EPH_CONFIG_INVALID with every problem, a line each, as `file:line:column`.
 */
export function parseConfig(bytes: Uint8Array, file: string): Config {
  if (bytes.length > MAX_BYTES) throw invalid(file, [atStart(`the file is larger than ${MAX_BYTES} bytes`)]);
  const lines = new LineCounter();
  const document = parseDocument(decode(bytes, file), { lineCounter: lines, prettyErrors: false, merge: false });
  if (document.errors.length > 0)
    throw invalid(
      file,
      document.errors.map((error) => problemOfYaml(error, lines)),
    );
  const result = CONFIG_SCHEMA.safeParse(toPlain(document, file) ?? {}, { reportInput: true });
  if (!result.success) throw invalid(file, problemsOfIssues(result.error.issues, document, lines));
  return { processNames: result.data.process_names, owners: result.data.owners };
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid(file, [atStart('the file is not UTF-8 text')]);
  }
}

function toPlain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // Aliases without an anchor, or so many that they would blow up.
    throw invalid(file, [atStart(error instanceof Error ? error.message : String(error))]);
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

function invalid(file: string, problems: readonly ConfigProblem[]): ExporterError {
  const sorted = [...problems].sort((left, right) => left.line - right.line || left.column - right.column);
  const told = sorted.slice(0, MAX_PROBLEMS).map((problem) => {
    return `${file}:${problem.line}:${problem.column}: ${problem.message} (${problem.rule})`;
  });
  if (sorted.length > told.length) told.push(`${file}: and ${sorted.length - told.length} more`);
  return new ExporterError('EPH_CONFIG_INVALID', told.join('\n'));
}
