import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_KNOBS } from '../bundle/alerts/knobs.ts';
import { isAlert, type RuleGroup } from '../bundle/alerts/rule.ts';
import { ruleGroups } from '../bundle/alerts/rule-groups.ts';
import { prometheusRulesFile } from '../bundle/alerts/write-prometheus.ts';
import type { FleetSeries } from './cost-fleet.ts';
import { fleetOf, writeFleet, writeInParts } from './fill-fleet.ts';
import { parseMinutes } from './minutes.ts';
import { type PrometheusServer, startPrometheusServer } from './prometheus-server.ts';

const FULL_HOSTS = 1000;
const BUDGET_MINUTES = 5;
/** Collections of garbage come now and then: enough evaluations for some of them. */
const REPEATS = 12;

/** CPU seconds of Prometheus for one rule per five minutes, at 1,000 hosts. */
export interface RuleCost {
  readonly group: string;
  readonly name: string;
  readonly expr: string;
  readonly seconds: number;
}

/**
 * What each rule costs a real Prometheus in five minutes: every rule is asked as an instant query about a fleet of `hosts` (see
 * {@link fleetHost}), and what counts is the CPU time of the server, garbage collection included, scaled to 1,000 hosts.
 */
export async function measureRuleCost(hosts: number): Promise<RuleCost[]> {
  const server = await startPrometheusServer();
  try {
    const nowMs = Date.now();
    const rules = ruleGroups(DEFAULT_KNOBS).flatMap((group) => group.rules.map((rule) => ({ group, rule })));
    // What a query costs on its own does not grow with the fleet.
    const alone: number[] = [];
    for (const { rule } of rules) alone.push(await costOf(server, rule.expr, nowMs));
    await writeFleet(server, fleetOf(hosts), nowMs);
    const costs: RuleCost[] = [];
    for (const [index, { group, rule }] of rules.entries()) {
      const perEvaluation = Math.max(0, (await costOf(server, rule.expr, nowMs)) - (alone[index] as number));
      const seconds = (perEvaluation * evaluationsOf(group.interval) * FULL_HOSTS) / hosts;
      costs.push({ group: group.name, name: isAlert(rule) ? rule.alert : rule.record, expr: rule.expr, seconds });
    }
    return costs;
  } finally {
    await server.close();
  }
}

/**
 * What all rules cost together when Prometheus itself evaluates them, writes their recordings and fills in the texts of what
 * fires: its CPU time with the rules less that without, ten times as often as the groups ask for, so that minutes are an hour.
 */
export async function measureRulesAtWork(hosts: number, minutes: number): Promise<number> {
  const server = await startPrometheusServer();
  try {
    const fleet = fleetOf(hosts);
    await writeFleet(server, fleet, Date.now());
    const idle = await cpuWhileScraping(server, fleet, 1);
    const faster = ruleGroups(DEFAULT_KNOBS).map((group) => ({ ...group, interval: tenth(group) }));
    await writeFile(join(server.directory, 'rules.yml'), prometheusRulesFile(faster, DEFAULT_KNOBS));
    await server.reload();
    const working = await cpuWhileScraping(server, fleet, minutes);
    return (((working - idle) * BUDGET_MINUTES) / 10) * (FULL_HOSTS / hosts);
  } finally {
    await server.close();
  }
}

function evaluationsOf(interval: string): number {
  return BUDGET_MINUTES / (parseMinutes(interval) as number);
}

function tenth({ interval }: RuleGroup): string {
  return `${(parseMinutes(interval) as number) * 6}s`;
}

/** CPU seconds of one evaluation; counted, so that the writing of an answer is not measured. */
async function costOf(server: PrometheusServer, expr: string, atMs: number): Promise<number> {
  const before = await server.cpuSeconds();
  for (let repeat = 0; repeat < REPEATS; repeat++) await server.query(`count(${expr})`, atMs);
  return ((await server.cpuSeconds()) - before) / REPEATS;
}

/** CPU seconds a minute over `minutes` in which what is scraped goes on. */
async function cpuWhileScraping(
  server: PrometheusServer,
  fleet: readonly FleetSeries[],
  minutes: number,
): Promise<number> {
  const scraped = fleet.filter(({ isScraped }) => isScraped);
  const startMs = Date.now();
  const before = await server.cpuSeconds();
  for (let minute = 1; minute <= minutes; minute++) {
    await delay(startMs + minute * 60_000 - Date.now());
    const atMs = Date.now();
    await writeInParts(
      server,
      scraped.map(({ labels, value }) => ({ labels, timesMs: [atMs], values: [value(minute)] })),
    );
  }
  return (((await server.cpuSeconds()) - before) * 60_000) / (Date.now() - startMs);
}
