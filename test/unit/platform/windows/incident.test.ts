import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildReport } from '../../../../src/analysis/report.ts';
import { EMPTY_MEMORY, rememberSample } from '../../../../src/analysis/report-memory.ts';
import { openJudgement } from '../../../../src/app/judgement.ts';
import { buildStatus } from '../../../../src/http/api/build-status.ts';
import type { ExporterFacts } from '../../../../src/http/exporter-view.ts';
import { createLedger } from '../../../../src/ledger/ledger.ts';
import type { Report } from '../../../../src/model/report.ts';
import type { Sample } from '../../../../src/model/sample.ts';
import { openReplay } from '../../../../src/platform/replay/replay-source.ts';
import { createWindowsReader } from '../../../../src/platform/windows/reader.ts';
import { writeRecording } from '../../../helpers/write-recording.ts';
import { fakeHost, type Line, partsOf } from './fake-parts.ts';

const LEAKER = 2588;
const METADATA = '169.254.169.254 80';
const SAMPLE_MS = 30_000;
const STUCK_AFTER_MS = 15 * 60_000;
const SAMPLES = 480;
/** 1.75 ports a minute, as in the incident. */
const PORTS_PER_SAMPLE = 0.875;

/** What the test itself knows of a leaked port. */
interface Leaked {
  readonly port: number;
  /** Number of the sample in which it is bound for the first time. */
  readonly boundFrom: number;
  /** Whether its connection was under way while a sample was taken. */
  readonly isSeenConnecting: boolean;
}

/** One in four requests happens to be under way when a sample is taken; the others come and fail in between. */
const LEAKED: readonly Leaked[] = Array.from({ length: Math.floor(SAMPLES * PORTS_PER_SAMPLE) - 1 }, (_, index) => ({
  port: 50_000 + index,
  boundFrom: 2 + Math.floor(index / PORTS_PER_SAMPLE),
  isSeenConnecting: index % 4 === 0,
}));

function rowsAt(sample: number): { readonly tcp: readonly Line[]; readonly bound: readonly Line[] } {
  const connecting = LEAKED.filter(({ boundFrom, isSeenConnecting }) => isSeenConnecting && boundFrom === sample + 1);
  const noise: readonly Line[] = [
    ['listen', 49_664, 652],
    ['established', 49_900 + (sample % 50), 3344, '198.51.100.7 443'],
    ['time_wait', 49_800 + (sample % 40), 0, '198.51.100.9 445'],
    // Bound and established at once, as ConnectEx leaves it: no held port.
    ['established', 49_700, LEAKER, '198.51.100.20 8443'],
  ];
  return {
    tcp: [...noise, ...connecting.map(({ port }): Line => ['syn_sent', port, LEAKER, METADATA])],
    bound: [
      ['bound', 49_700, LEAKER],
      ...LEAKED.filter(({ boundFrom }) => boundFrom <= sample).map(({ port }): Line => ['bound', port, LEAKER]),
    ],
  };
}

/** What the reader makes of the host, sample by sample. */
async function readIncident(): Promise<readonly Sample[]> {
  const host = fakeHost();
  const reader = createWindowsReader(partsOf(host));
  const samples: Sample[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    host.nowMs = sample * SAMPLE_MS;
    Object.assign(host, rowsAt(sample));
    samples.push(await reader.read(new Promise<never>(() => {})));
  }
  return samples;
}

describe('the incident on Windows, four hours of it', () => {
  let samples: readonly Sample[];
  const lastMs = (SAMPLES - 1) * SAMPLE_MS;
  const stuck = LEAKED.filter(({ boundFrom }) => lastMs - boundFrom * SAMPLE_MS > STUCK_AFTER_MS);
  const seen = stuck.filter(({ isSeenConnecting }) => isSeenConnecting);

  beforeAll(async () => {
    samples = await readIncident();
  });

  it('is told with process, service, count and the remote of as many ports as could be seen', () => {
    const ledger = createLedger({ stuckAfterMs: STUCK_AFTER_MS, processLimit: 50 });
    let memory = EMPTY_MEMORY;
    let report: Report | undefined;
    for (const sample of samples) {
      memory = rememberSample(memory, sample);
      report = buildReport(ledger.reduce(sample), memory, []);
    }
    const group = report?.groups.find(({ process }) => process === 'dnsfilter');
    expect(group).toMatchObject({ kind: 'named', netns: 'host', unit: 'DnsFilterAgent', members: 1, handles: 17_001 });
    expect(group?.ports.tcp.bound).toBe(LEAKED.filter(({ boundFrom }) => boundFrom < SAMPLES).length);
    expect(group?.ports.tcp.established).toBe(1);
    expect(group?.stuck).toMatchObject({ ports: stuck.length, total: stuck.length });
    expect(group?.stuck.remotes).toEqual([
      { remote: '169.254.169.254:80', class: 'metadata', ports: seen.length },
      { remote: '(never seen)', class: 'other', ports: stuck.length - seen.length },
    ]);
    expect(seen.length).toBeGreaterThan(90);
  });

  it('says the same in one sentence once it was recorded and is replayed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eph-incident-'));
    const path = join(folder, 'incident.ndjson.gz');
    await writeRecording(path, samples);
    const replay = await openReplay({ path, speed: 1e6, wallMs: Date.now, nowMs: () => performance.now() });
    const judgement = await openJudgement({
      stuckAfterMs: STUCK_AFTER_MS,
      processLimit: 50,
      ledgerPath: '',
      ownerRules: () => [],
      nowMs: () => performance.now(),
      wallMs: Date.now,
      onTrouble: () => {},
    });
    let report: Report | undefined;
    while (replay.nextDelayMs() !== undefined)
      report = await judgement.judge(await replay.read(new AbortController().signal));
    await replay.close();
    rmSync(folder, { recursive: true });
    const facts = { version: '1', revision: '', startedAtMs: 0 } as ExporterFacts;
    const { verdict } = buildStatus(report, judgement.ledger, facts, true);
    expect(verdict.kind).toBe('leaking');
    expect(verdict.sentence).toMatch(
      new RegExp(
        `^dnsfilter \\(DnsFilterAgent\\) leaks 1\\.7\\d TCP ports a minute \\(${stuck.length} stuck\\), ` +
          `${seen.length} of them last seen talking to 169\\.254\\.169\\.254:80; `,
      ),
    );
  });
});
