import type { CheckResult } from '../../platform/check.ts';
import type { BuildFacts } from '../build-facts.ts';
import type { Style, Tone } from '../inspect/terminal-style.ts';
import { wrapText } from '../inspect/text-table.ts';
import { countResults, type Examined, worstResult } from './run-checks.ts';

/** What a report says beside the checks. */
export interface ReportFacts {
  readonly build: BuildFacts;
  /** Kernel or Windows release. */
  readonly release: string;
  /** Name of the distribution or edition; empty when it has none. */
  readonly system: string;
  /** -1 where the system has no user ids. */
  readonly uid: number;
  readonly takenAtMs: number;
  /** The settings are those of the exporter that runs, not those of the command line. */
  readonly ofRunningExporter: boolean;
}

const WORDS: Readonly<Record<CheckResult, string>> = {
  ok: 'ok',
  warning: 'warning',
  failure: 'FAILURE',
  not_applicable: '-',
};

const TONES: Readonly<Record<CheckResult, Tone>> = {
  ok: 'good',
  warning: 'warning',
  failure: 'danger',
  not_applicable: 'quiet',
};

const RESULT_CELLS = 9;

/** A line per check, and below it what to do where something is to be done. */
export function renderReport(examined: readonly Examined[], facts: ReportFacts, style: Style): string {
  const nameCells = Math.max(...examined.map(({ name }) => name.length)) + 2;
  const indent = ' '.repeat(RESULT_CELLS + nameCells);
  const room = style.columns - indent.length;
  const lines = examined.flatMap(({ name, result, why, remedy }) => {
    const head = style.paint(TONES[result], WORDS[result].padEnd(RESULT_CELLS)) + name.padEnd(nameCells);
    const [first = '', ...rest] = wrapText(why, room);
    const doing = remedy === '' ? [] : wrapText(`do: ${remedy}`, room).map((line) => style.paint('heading', line));
    return [head + first, ...[...rest, ...doing].map((line) => indent + line)];
  });
  return `${[...headLines(facts, style), '', ...lines, '', summary(examined, style)].join('\n')}\n`;
}

/** The report for programs; times in unix ms. */
export function reportJson(examined: readonly Examined[], facts: ReportFacts): string {
  const report = { ...facts, result: worstResult(examined), counts: countResults(examined), checks: examined };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function headLines({ build, release, system, uid, ofRunningExporter }: ReportFacts, style: Style): string[] {
  const { version, revision, node, os, arch } = build;
  const user = uid < 0 ? '' : `, as user ${uid}`;
  const settings = ofRunningExporter ? 'of the running exporter, but for given flags' : 'of this command line';
  return [
    `ephemeral-port-exporter ${version} (${revision}), Node ${node}`,
    `${[system, `${os} ${release}`, arch].filter((part) => part !== '').join(', ')}${user}; settings ${settings}`,
  ].flatMap((line) => wrapText(line, style.columns).map((part) => style.paint('quiet', part)));
}

function summary(examined: readonly Examined[], style: Style): string {
  const { ok, warning, failure, not_applicable: none } = countResults(examined);
  const text = `failures: ${failure}, warnings: ${warning}, ok: ${ok}, not applicable: ${none}`;
  return style.paint(TONES[worstResult(examined)], text);
}
