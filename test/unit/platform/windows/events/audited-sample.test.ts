import { beforeEach, describe, expect, it } from 'vitest';
import { buildReport } from '../../../../../src/analysis/report.ts';
import { EMPTY_MEMORY, rememberSample } from '../../../../../src/analysis/report-memory.ts';
import { createLedger } from '../../../../../src/ledger/ledger.ts';
import type { Report } from '../../../../../src/model/report.ts';
import type { Sample } from '../../../../../src/model/sample.ts';
import type { AuditReading } from '../../../../../src/platform/windows/events/audit-feed.ts';
import { createAuditFeed } from '../../../../../src/platform/windows/events/audit-feed.ts';
import { createWindowsReader } from '../../../../../src/platform/windows/reader.ts';
import { type FakeHost, fakeHost, partsOf, START } from '../fake-parts.ts';
import { ACCESS_DENIED, auditXml, type FakeLog, fakeLog } from './audit-log.ts';

const LEAKER = 2588;
const NEVER = new Promise<never>(() => {});

let host: FakeHost;
let log: FakeLog;
let recordId: number;

beforeEach(() => {
  host = fakeHost();
  log = fakeLog([auditXml('security', 1)]);
  recordId = 1;
});

/** Has the leaker, or another process, connect from this port now; no sample need see it. */
function connect(port: number, remote = '169.254.169.254', pid = LEAKER): void {
  const xml = auditXml('security', ++recordId, {
    ProcessID: String(pid),
    SourceAddress: '10.0.0.1',
    SourcePort: String(port),
    DestAddress: remote,
  });
  const time = new Date(START + host.nowMs).toISOString();
  log.events.push(xml.replace(/SystemTime='[^']*'/, `SystemTime='${time}'`));
}

function openReader(audit?: () => AuditReading): () => Promise<Sample> {
  const parts = partsOf(host);
  const feed = createAuditFeed('Security', log.query);
  const collectors = { ...parts.collectors, trace: true };
  const reader = createWindowsReader({ ...parts, collectors, audit: audit ?? (() => feed.read()) });
  return () => reader.read(NEVER);
}

describe('a sample with an audit log', () => {
  it('has an event of each connection, with its process, though that holds no socket', async () => {
    const read = openReader();
    await read();
    host.nowMs = 30_000;
    connect(50_001);
    const { connectionEvents, processes, lostEvents } = await read();
    expect(connectionEvents).toHaveLength(1);
    expect(connectionEvents[0]).toMatchObject({
      kind: 'opened',
      netns: 0,
      localPort: 50_001,
      remotePort: 80,
      atMs: 1_030_000,
    });
    expect(processes[connectionEvents[0]?.process ?? -1]).toMatchObject({ pid: LEAKER, name: 'dnsfilter' });
    expect(lostEvents).toBe(0);
  });

  it('leaves out connections of the kernel, and of a process that is gone or only has the pid of that one', async () => {
    const read = openReader();
    await read();
    for (const pid of [4, 0, 9999]) connect(50_001, '192.0.2.1', pid);
    // The process began a minute before the first sample; this connection is older.
    host.nowMs = -120_000;
    connect(50_002);
    host.nowMs = 30_000;
    const { connectionEvents, processes } = await read();
    expect(connectionEvents).toEqual([]);
    expect(processes.every(({ pid }) => pid === LEAKER)).toBe(true);
  });

  it('is whole without it: what the log refuses is told and nothing else fails', async () => {
    host.bound = [['bound', 50_001, LEAKER]];
    const sample = await openReader(() => {
      throw ACCESS_DENIED;
    })();
    expect(sample.problems).toContainEqual({
      piece: 'trace',
      code: 'EPH_WINDOWS_CALL',
      message: ACCESS_DENIED.message,
    });
    expect(sample.pieces.filter(({ success }) => !success).map(({ piece }) => piece)).toEqual(['trace']);
    expect(sample.sockets.length).toBe(1);
  });

  it('carries what was lost', async () => {
    const sample = await openReader(() => ({ connections: [], lost: 7 }))();
    expect(sample.lostEvents).toBe(7);
  });
});

describe('a leak whose connections no sample sees', () => {
  it('shows its remotes all the same, and who left which TIME_WAIT behind', async () => {
    const read = openReader();
    const ledger = createLedger({ stuckAfterMs: 60_000, processLimit: 50 });
    let memory = EMPTY_MEMORY;
    let report: Report | undefined;
    const take = async (): Promise<void> => {
      const sample = await read();
      memory = rememberSample(memory, sample);
      report = buildReport(ledger.reduce(sample), memory, []);
      host.nowMs += 30_000;
    };
    await take();
    for (let port = 50_000; port < 50_020; port++) connect(port);
    connect(51_000, '192.0.2.9');
    host.bound = Array.from({ length: 30 }, (_, index) => ['bound', 50_000 + index, LEAKER] as const);
    host.tcp = [['time_wait', 51_000, 0, '192.0.2.9 80']];
    await take();
    expect(report?.groups.find(({ process }) => process === 'dnsfilter')?.ports.tcp.time_wait).toBe(1);
    for (let sample = 0; sample < 4; sample++) await take();
    // Of 30 ports the log told 20.
    expect(report?.groups.find(({ process }) => process === 'dnsfilter')?.stuck.remotes).toEqual([
      { remote: '169.254.169.254:80', class: 'metadata', ports: 20 },
      { remote: '(never seen)', class: 'other', ports: 10 },
    ]);
  });
});
