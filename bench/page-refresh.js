// What one refresh of the status page costs the main thread: 50 owners with a day of history, 60,000 used ports.
// Usage: npm run build && node bench/page-refresh.js [ROUNDS]
import { openJudgement } from '../dist/app/judgement.js';
import { createWebApp } from '../dist/http/web-app.js';
import { SILENT_LOG } from '../dist/log.js';
import { socketColumnsFromRows } from '../dist/model/socket-columns.js';

const ROUNDS = Math.max(7, Number(process.argv[2] ?? 101));
const OWNERS = 50;
const MINUTES = 1_440;
const FIRST = 5_000;
const MOST = 60_000;
const START_MS = 1_700_000_000_000;

const judgement = await openJudgement({
  stuckAfterMs: 900_000,
  processLimit: OWNERS,
  ledgerPath: '',
  ownerRules: () => [],
  nowMs: () => performance.now(),
  wallMs: Date.now,
  onTrouble: console.error,
});

const rows = [];
let report;
for (let minute = 0; minute <= MINUTES; minute++) {
  // A day in which each owner takes a port a minute, and at its end all the others of its share.
  const wanted = minute === MINUTES ? MOST : Math.min(20 + minute / 4, 400) * OWNERS;
  while (rows.length < wanted) rows.push(boundRow(rows.length));
  report = await judgement.judge(sampleAt(minute));
}
const view = {
  report: () => report,
  facts: () => ({ version: '0', revision: '0', startedAtMs: START_MS }),
  ledger: async (work) => work(judgement.ledger),
};
const settings = { telemetryPath: '/metrics', maxRequests: 40, collectors: {} };
const app = await createWebApp({ view, settings, log: SILENT_LOG });

for (const [what, url] of [
  ['status, every 5 s', '/api/v1/status'],
  ['stuck ports of an open owner, every 15 s', '/api/v1/ports?process=program-7&unit=&netns=host&stuck=true&limit=15'],
  ['24 h of an open owner, every minute', '/api/v1/owners/host/program-7/-/history?hours=24'],
  ['8 d of an open owner, every minute', '/api/v1/owners/host/program-7/-/history?hours=192'],
  ['journey of an open port', `/api/v1/ports/tcp/${FIRST + 7}`],
  ['the page itself, once', '/'],
]) {
  const costs = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const from = performance.now();
    const answer = await app.inject({ url, headers: { host: 'localhost' } });
    const wallMs = performance.now() - from;
    const { user, system } = process.cpuUsage(before);
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
    bytes = answer.rawPayload.length;
    costs.push({ wallMs, cpuMs: (user + system) / 1_000 });
  }
  const median = (key) =>
    costs
      .map((cost) => cost[key])
      .sort((a, b) => a - b)
      [ROUNDS >> 1].toFixed(2);
  console.log(`${what}: ${median('wallMs')} ms wall, ${median('cpuMs')} ms CPU, ${bytes} bytes`);
}

function boundRow(id) {
  return {
    protocol: 0,
    family: 4,
    // As bound as connected and half closed: three curves for each owner.
    state: [7, 1, 8][id % 3],
    netns: 0,
    localPort: FIRST + id,
    remotePort: 0,
    local: [0, 0, 0xffff, 0x7f000001],
    remote: [0, 0, 0, 0],
    cookieLow: id + 1,
    cookieHigh: 0,
    createdMs: 0,
    process: id % OWNERS,
  };
}

function sampleAt(minute) {
  const range = { protocol: 'tcp', af: 'ipv4', first: FIRST, last: 65_535, excluded: [] };
  return {
    takenAtMs: START_MS + minute * 60_000,
    bootMs: minute * 60_000,
    bootId: '',
    namespaces: [{ name: 'host', inode: '', container: '', podUid: '', ranges: [range], boundVisible: true }],
    processes: Array.from({ length: OWNERS }, (_, index) => ({
      pid: index + 1,
      startMs: START_MS - 1,
      name: `program-${index}`,
      unit: '',
      executable: '',
      executableChangeMs: 0,
      handles: -1,
    })),
    exitedProcesses: [],
    sockets: socketColumnsFromRows(rows),
    sharedSockets: 0,
    probes: [],
    connectionEvents: [],
    lostEvents: 0,
    systemEvents: [],
    timeWaitSeconds: 60,
    tcpTwReuse: 0,
    sources: [],
    pieces: [],
    problems: [],
  };
}
