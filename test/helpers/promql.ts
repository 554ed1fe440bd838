import { parser } from '@prometheus-io/lezer-promql';

/** A selector of a query: its metric and the labels it matches, with operator and pattern as written. */
export interface SelectorText {
  readonly metric: string;
  readonly matchers: readonly string[];
}

/** A call of a range function: the selector text inside and its window as written. */
export interface RangeCall {
  readonly name: string;
  readonly text: string;
}

export interface ParsedQuery {
  /** Texts at which the grammar gave up; empty for a sound query. */
  readonly errors: readonly string[];
  readonly selectors: readonly SelectorText[];
  readonly calls: readonly RangeCall[];
}

/** What Grafana puts in for its own durations; the grammar knows no variables. */
export function replaceDurations(expr: string, rateInterval: string, range: string): string {
  return expr.replaceAll('$__rate_interval', rateInterval).replaceAll('$__range', range);
}

/** Reads a query whose durations are replaced, with the grammar that Prometheus' own editor uses. */
export function parseQuery(expr: string): ParsedQuery {
  const errors: string[] = [];
  const selectors: SelectorText[] = [];
  const calls: RangeCall[] = [];
  parser.parse(expr).iterate({
    enter: (node) => {
      const text = expr.slice(node.from, node.to);
      if (node.type.isError) errors.push(expr.slice(Math.max(0, node.from - 20), node.to + 20));
      if (node.name === 'VectorSelector') selectors.push(selector(text));
      if (node.name === 'FunctionCall') calls.push({ name: text.slice(0, text.indexOf('(')).trim(), text });
    },
  });
  return { errors, selectors, calls };
}

function selector(text: string): SelectorText {
  const metric = /^[a-zA-Z_:][\w:]*/.exec(text)?.[0] ?? '';
  const matchers = text.match(/\w+\s*(=~|!~|!=|=)\s*"[^"]*"/g) ?? [];
  return { metric, matchers };
}
