import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_KNOBS } from '../bundle/alerts/knobs.ts';
import { ruleGroups } from '../bundle/alerts/rule-groups.ts';
import { ExporterError } from '../errors.ts';
import { textOf } from './alert-text.ts';
import { type Episode, evaluateRules } from './evaluate-rules.ts';
import { metricsRead } from './ingest.ts';
import { loadScenarios } from './load-scenarios.ts';
import { formatMinutes } from './minutes.ts';
import { playAll } from './play-all.ts';
import type { Truth } from './play-scenario.ts';
import { type PrometheusServer, startPrometheusServer } from './prometheus-server.ts';
import type { Scenario } from './scenario.ts';
import { type Score, scoreScenario } from './score.ts';
import { STORY_EPOCH_MS } from './story-host.ts';

const QUICK_DAYS = 10;
const QUICK_OF_A_KIND = 3;

interface Result extends Score {
  readonly episodes: readonly {
    readonly alert: string;
    readonly severity: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Minutes of the story. */
    readonly from: number;
    readonly to: number | null;
    readonly text: string;
  }[];
}

/**
 * `npm run sim`: plays scenarios, has Prometheus judge them, prints a line for each; exit code 1 when one did not pass.
 * @throws ExporterError EPH_USAGE, EPH_CONFIG_INVALID, EPH_CONFIG_UNREADABLE
 */
export async function runSim(argv: readonly string[], defaultDirectory: string): Promise<number> {
  const options = parseOptions(argv, defaultDirectory);
  const all = await loadScenarios(options.directory);
  const scenarios = options.quick ? quickOf(all) : all;
  const server = await startPrometheusServer();
  try {
    const results = await judge(server, scenarios, options.seed);
    for (const result of results) process.stdout.write(`${lineOf(result)}\n`);
    process.stdout.write(`${totalOf(results)}\n`);
    if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(results, null, 1)}\n`);
    return results.every(({ passed }) => passed) ? 0 : 1;
  } finally {
    await server.close();
  }
}

async function judge(server: PrometheusServer, scenarios: readonly Scenario[], seed: number): Promise<Result[]> {
  const groups = ruleGroups(DEFAULT_KNOBS);
  const truths = await playAll(server.base, scenarios, seed, metricsRead(groups));
  const lastDay = Math.max(...scenarios.map(({ days }) => days));
  const episodes = await evaluateRules(server, groups, STORY_EPOCH_MS, STORY_EPOCH_MS + lastDay * 86_400_000);
  const results: Result[] = [];
  for (const scenario of scenarios) {
    const own = episodes.filter(({ labels }) => labels['instance'] === scenario.name);
    const score = scoreScenario(scenario, own, truths.get(scenario.name) as Truth);
    const told: Result['episodes'][number][] = [];
    for (const episode of own) told.push(await tell(server, episode));
    results.push({ ...score, episodes: told });
  }
  return results;
}

async function tell(server: PrometheusServer, episode: Episode): Promise<Result['episodes'][number]> {
  const { alert, labels, firedMs, resolvedMs } = episode;
  const minute = (ms: number): number => (ms - STORY_EPOCH_MS) / 60_000;
  return {
    alert: alert.alert,
    severity: alert.severity,
    labels,
    from: minute(firedMs),
    to: Number.isFinite(resolvedMs) ? minute(resolvedMs) : null,
    text: alert.severity === 'info' ? '' : await textOf(server, episode),
  };
}

function quickOf(scenarios: readonly Scenario[]): Scenario[] {
  const leaks = scenarios.filter(
    ({ leaks }) => leaks.length > 0 && leaks.every(({ from }) => from < (QUICK_DAYS - 1) * 1440),
  );
  const benign = scenarios.filter(({ leaks, forced }) => leaks.length === 0 && !forced);
  const chosen = [leaks, benign].flatMap((kind) => kind.slice(0, QUICK_OF_A_KIND));
  return chosen.map((scenario) => ({ ...scenario, days: Math.min(scenario.days, QUICK_DAYS) }));
}

function lineOf(score: Score): string {
  const time = (value: number | null): string => (value === null ? 'none' : formatMinutes(value));
  const leak = `ticket ${time(score.ticketDelay)} (${score.ticketBy ?? 'none'}), lead ${time(score.ticketLead)}, page after ${time(score.pageDelay)}, page lead ${time(score.pageLead)}, `;
  const verdict = score.passed ? 'ok  ' : 'FAIL';
  return `${verdict} ${score.scenario}: ${score.kind === 'leak' ? leak : ''}false tickets ${score.falseTickets}, false pages ${score.falsePages}, infos ${score.infos}`;
}

function totalOf(results: readonly Score[]): string {
  const days = results.reduce((sum, { days }) => sum + days, 0);
  const count = (pick: (score: Score) => number): number => results.reduce((sum, score) => sum + pick(score), 0);
  const avoidable = count((score) => (score.kind === 'forced' ? 0 : score.falseTickets));
  return `${results.filter(({ passed }) => passed).length}/${results.length} ok, ${days} host-days: false pages ${count(({ falsePages }) => falsePages)}, avoidable false tickets ${avoidable}, forced ${count(({ falseTickets }) => falseTickets) - avoidable}`;
}

function parseOptions(
  argv: readonly string[],
  directory: string,
): { readonly directory: string; readonly seed: number; readonly out: string | undefined; readonly quick: boolean } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        scenarios: { type: 'string', default: directory },
        seed: { type: 'string', default: '1' },
        out: { type: 'string' },
        quick: { type: 'boolean', default: false },
      },
    });
    const seed = Number(values.seed);
    if (!Number.isInteger(seed)) throw new RangeError(`--seed ${values.seed}: not a whole number`);
    return { directory: values.scenarios, seed, out: values.out, quick: values.quick };
  } catch (error) {
    throw new ExporterError('EPH_USAGE', error instanceof Error ? error.message : String(error));
  }
}
