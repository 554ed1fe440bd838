import type { Pattern } from './config.ts';

/** A pattern of an operator, or why it is refused. */
export type PatternResult =
  | { readonly ok: true; readonly pattern: Pattern; readonly groups: number }
  | { readonly ok: false; readonly rule: 'bad-pattern' | 'long-pattern' | 'slow-pattern'; readonly reason: string };

/** Long patterns are mistakes, and the time of a backtracking match grows with them. */
const MAX_LENGTH = 256;
/** More open-ended repetitions in one pattern take polynomial time of too high a degree on a long command line. */
const MAX_REPETITIONS = 4;

/**
 * Compiles a pattern, anchored at both ends; a leading `(?i)` ignores case. JavaScript's matcher backtracks, so what
 * RE2 has not (look-around, back references) and repetitions inside repetitions are refused.
 */
export function compilePattern(text: string): PatternResult {
  if (text.length > MAX_LENGTH) {
    return refuse('long-pattern', `is longer than ${MAX_LENGTH} characters; split it into several rules`);
  }
  const ignoreCase = text.startsWith('(?i)');
  const body = ignoreCase ? text.slice('(?i)'.length) : text;
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${body})$`, ignoreCase ? 'isu' : 'su');
    // A body such as `a)|(b` only closes our own group: it must stand by itself too.
    new RegExp(body, 'su');
  } catch (error) {
    return refuse('bad-pattern', `is not a regular expression: ${reasonOf(error)}`);
  }
  const slow = findSlowPart(body);
  if (slow !== undefined) return refuse('slow-pattern', slow);
  return { ok: true, pattern, groups: countGroups(body) };
}

function refuse(rule: 'bad-pattern' | 'long-pattern' | 'slow-pattern', reason: string): PatternResult {
  return { ok: false, rule, reason };
}

/** V8 repeats the whole expression before the reason. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .slice(text.lastIndexOf(': ') + 1)
    .trim()
    .toLowerCase();
}

function countGroups(body: string): number {
  return (new RegExp(`${body}|`, 'su').exec('')?.length ?? 1) - 1;
}

/** Why a well-formed expression may match slowly; undefined when it may not. */
function findSlowPart(body: string): string | undefined {
  /** For each open group whether it holds an open-ended repetition. */
  const groups: boolean[] = [false];
  let repetitions = 0;
  let last: 'atom' | 'repeating group' = 'atom';
  for (const token of tokensOf(body)) {
    if (/^\(\?<?[=!]/.test(token)) return 'has look-around, which is not supported; write what must match';
    if (/^\\(?:[1-9]|k)/.test(token)) return 'has a back reference, which is not supported';
    if (token.startsWith('(')) groups.push(false);
    else if (token === ')') last = groups.pop() === true ? closeInto(groups) : 'atom';
    else if (isRepetition(token)) {
      if (last === 'repeating group') return 'repeats a group that itself repeats, which can take exponential time';
      if (++repetitions > MAX_REPETITIONS) return `has more than ${MAX_REPETITIONS} open-ended repetitions (* + {n,})`;
      groups[groups.length - 1] = true;
    } else last = 'atom';
  }
  return undefined;
}

function closeInto(groups: boolean[]): 'repeating group' {
  groups[groups.length - 1] = true;
  return 'repeating group';
}

/** Escapes, classes, group openings, quantifiers and single characters of a well-formed expression. */
function tokensOf(body: string): readonly string[] {
  return body.match(/\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|\{\d+(?:,\d*)?\}|[\s\S]/gu) ?? [];
}

/** A large counted repetition is as bad as an open one. */
function isRepetition(token: string): boolean {
  if (token === '*' || token === '+') return true;
  const counted = /^\{(\d+)(,?)(\d*)\}$/.exec(token);
  if (counted === null) return false;
  const most =
    counted[2] === '' ? Number(counted[1]) : Number(counted[3] === '' ? Number.POSITIVE_INFINITY : counted[3]);
  return most > 10;
}
