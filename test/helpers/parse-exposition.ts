export interface ParsedSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  readonly help: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, string>;
  readonly series: readonly ParsedSeries[];
  /** Whether `# EOF` ends the text. */
  readonly ended: boolean;
}

/** Reads text format 0.0.4 or OpenMetrics 1.0.0 strictly, by their grammar and not by what our code writes; throws on any slip. */
export function parseExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('the last line has no line end');
  const help = new Map<string, string>();
  const types = new Map<string, string>();
  const series: ParsedSeries[] = [];
  let ended = false;
  for (const line of text.slice(0, -1).split('\n')) {
    if (ended) throw new Error(`line after EOF: ${line}`);
    if (line === '') continue;
    if (line === '# EOF') ended = true;
    else if (line.startsWith('#')) parseComment(line, help, types);
    else series.push(parseSeries(line));
  }
  return { help, types, series, ended };
}

/** A name and a label set in one comparable string. */
export function seriesKey({ name, labels }: ParsedSeries): string {
  return JSON.stringify([name, Object.entries(labels).sort()]);
}

function parseComment(line: string, help: Map<string, string>, types: Map<string, string>): void {
  const match = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/u.exec(line);
  if (match === null) throw new Error(`bad comment: ${line}`);
  const [, kind, name, rest] = match as unknown as [string, string, string, string];
  const target = kind === 'HELP' ? help : types;
  if (target.has(name)) throw new Error(`${kind} twice: ${name}`);
  target.set(name, rest);
}

function parseSeries(line: string): ParsedSeries {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
  if (name === undefined) throw new Error(`no name: ${line}`);
  let at = name.length;
  const labels: Record<string, string> = {};
  if (line[at] === '{') {
    at++;
    while (line[at] !== '}') {
      const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="/.exec(line.slice(at));
      if (label === null) throw new Error(`bad label at ${at}: ${line}`);
      const key = label[1] as string;
      if (key in labels) throw new Error(`label twice: ${line}`);
      const [value, end] = parseQuoted(line, at + label[0].length);
      labels[key] = value;
      at = end;
      if (line[at] === ',') at++;
      else if (line[at] !== '}') throw new Error(`bad separator at ${at}: ${line}`);
    }
    at++;
  }
  const value = /^ (-?[0-9.]+(?:e[+-]?[0-9]+)?|[+-]Inf)$/.exec(line.slice(at))?.[1];
  if (value === undefined) throw new Error(`bad value: ${line}`);
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function parseQuoted(line: string, start: number): [string, number] {
  let value = '';
  for (let at = start; at < line.length; at++) {
    const char = line[at] as string;
    if (char === '"') return [value, at + 1];
    if (char !== '\\') {
      value += char;
      continue;
    }
    const unescaped = { '\\': '\\', '"': '"', n: '\n' }[line[++at] as string];
    if (unescaped === undefined) throw new Error(`bad escape at ${at}: ${line}`);
    value += unescaped;
  }
  throw new Error(`no closing quote: ${line}`);
}
