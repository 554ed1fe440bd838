import { buildReport } from '../analysis/report.ts';
import { EMPTY_MEMORY, rememberSample } from '../analysis/report-memory.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { metricsFromReport } from '../metrics/from-report.ts';
import { RemoteNames } from '../metrics/remote-names.ts';
import type { MetricSnapshot } from '../metrics/snapshot.ts';
import type { OwnerRule } from '../model/owner-rule.ts';
import { createRandom, seedOf } from './random.ts';
import type { Scenario } from './scenario.ts';
import { STORY_EPOCH_MS, StoryHost } from './story-host.ts';
import { playProgram } from './story-programs.ts';
import { sampleOf } from './story-sample.ts';

const STUCK_AFTER_MS = 15 * 60_000;
const PROCESS_LIMIT = 50;

/** One scrape of the simulated exporter; `undefined` when it failed. */
export interface Scrape {
  readonly atMs: number;
  readonly snapshot: MetricSnapshot | undefined;
}

/** What really happened on the host. */
export interface Truth {
  /** Minute when no port was left for the first time; Infinity: never. */
  emptyAt: number;
}

/** Plays a scenario through the real ledger, analysis and metrics: a sample a minute, a scrape every `scrape_seconds`. */
export function* playScenario(scenario: Scenario, seed: number, truth: Truth): Generator<Scrape> {
  const random = createRandom(seedOf(scenario.name, seed));
  const host = new StoryHost(scenario, random);
  const end = Math.round(scenario.days * 1440);
  const players = scenario.programs.map((program) => playProgram(host, program, end));
  const muted = mutedRules(scenario);
  let exporter = startExporter();
  for (let minute = 0; minute <= end; minute++) {
    host.begin(minute);
    for (const play of players) play(minute);
    if (host.tcp.free === 0 || host.udp.free === 0) truth.emptyAt = Math.min(truth.emptyAt, minute);
    const outage = scenario.outages.find(({ at, for: length }) => minute >= at && minute < at + length);
    if (outage?.ledger === 'lost') exporter = startExporter();
    const isUp = minute >= scenario.exporter_from && outage === undefined;
    const atMs = STORY_EPOCH_MS + minute * 60_000;
    const isScraped = (minute * 60) % scenario.scrape_seconds === 0;
    if (!isUp) {
      if (isScraped && minute >= scenario.exporter_from) yield { atMs, snapshot: undefined };
      continue;
    }
    const sample = sampleOf(host, scenario);
    const attributed = exporter.ledger.reduce(sample);
    exporter.memory = rememberSample(exporter.memory, sample);
    if (!isScraped) continue;
    if (random.next() < scenario.missed_scrapes) {
      yield { atMs, snapshot: undefined };
      continue;
    }
    const report = buildReport(attributed, exporter.memory, muted);
    const facts = {
      version: '0',
      revision: '',
      node: '',
      os: scenario.os,
      arch: '',
      sampleIntervalMs: 60_000,
      lastSampleMs: atMs,
    };
    const options = { privacyRemotes: 'full', processLimit: PROCESS_LIMIT, remoteNames: exporter.remoteNames } as const;
    yield { atMs, snapshot: metricsFromReport(report, facts, options) };
  }
}

interface Exporter {
  readonly ledger: Ledger;
  readonly remoteNames: RemoteNames;
  memory: typeof EMPTY_MEMORY;
}

function startExporter(): Exporter {
  const ledger = createLedger({ stuckAfterMs: STUCK_AFTER_MS, processLimit: PROCESS_LIMIT });
  return { ledger, remoteNames: new RemoteNames(), memory: EMPTY_MEMORY };
}

function mutedRules(scenario: Scenario): OwnerRule[] {
  return scenario.programs
    .filter((program) => program.muted)
    .map(({ process }) => ({
      process: new RegExp(`^${process.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`),
      muted: true,
      reason: 'muted by the scenario',
    }));
}
