// The ledger over simulated weeks: RSS at start, middle and end, and what a reduce costs. No host is read.
// Usage: npm run build && node --expose-gc bench/ledger-soak.js weeks|hour
//   weeks: 43,200 one-minute samples of 2,000 ports, all turned over each time, by 40 programs whose pids are used again
//   hour:  720 five-second samples of 60,000 ports, a twentieth turned over each time
// The ledger is thrown away and made anew from its image at every sixth of the way, as by a restart of the exporter.
import { reportSlices } from '../dist/analysis/report.js';
import { EMPTY_MEMORY, rememberSample } from '../dist/analysis/report-memory.js';
import { createLedger } from '../dist/ledger/ledger.js';
import { imageOfLedger } from '../dist/ledger/ledger-image.js';
import { allocateSocketColumns } from '../dist/model/socket-columns.js';
import { SOCKET_STATE } from '../dist/model/socket-state.js';

const STORIES = {
  weeks: { samples: 43_200, ports: 2_000, stepMs: 60_000, turnover: 1, first: 32_768, last: 60_999 },
  hour: { samples: 720, ports: 60_000, stepMs: 5_000, turnover: 0.05, first: 1_024, last: 65_535 },
};
const story = STORIES[process.argv[2] ?? 'weeks'];
const PROGRAMS = 40;
const size = story.last - story.first + 1;
const ranges = ['ipv4', 'ipv6'].flatMap((af) =>
  ['tcp', 'udp'].map((protocol) => ({ protocol, af, first: story.first, last: story.last, excluded: [] })),
);
const pieces = ['range', 'tcp', 'bound', 'udp', 'owners', 'probe'].map((piece) => {
  return { piece, success: true, timedOut: false, durationMs: 1 };
});
const options = { stuckAfterMs: 900_000, processLimit: 50 };

let ledger = createLedger(options);
let memory = EMPTY_MEMORY;
let wrong = 0;
const costs = [];
console.log('| sample | RSS MB | heap MB | array buffers MB | reduce CPU ms, median since | worst slice ms |');
console.log('| --- | --- | --- | --- | --- | --- |');
let worstSlice = 0;
for (let step = 0; step < story.samples; step++) {
  const sample = sampleAt(step);
  const cpu = process.cpuUsage();
  const attributed = drain(ledger.reduceInSlices(sample));
  const { user, system } = process.cpuUsage(cpu);
  costs.push((user + system) / 1_000);
  memory = rememberSample(memory, sample);
  const report = drain(reportSlices(attributed, memory, []));
  const tcp = report.pools.find(({ protocol }) => protocol === 'tcp');
  const owned = report.groups.reduce(
    (sum, group) => sum + Object.values(group.ports.tcp).reduce((a, b) => a + b, 0),
    0,
  );
  const truth = new Set(sample.sockets.localPort).size;
  if (tcp.used !== truth || owned !== truth) wrong++;
  if ((step + 1) % (story.samples / 6) === 0) {
    tell(step + 1);
    const image = imageOfLedger(ledger.state, sample, 0);
    ledger = createLedger(options, { ledger: image });
  }
}
console.log(`\n${wrong} of ${story.samples} samples whose ports did not add up`);

function sampleAt(step) {
  const sockets = allocateSocketColumns(story.ports);
  sockets.length = story.ports;
  const moved = Math.floor(step * story.turnover * story.ports);
  for (let row = 0; row < story.ports; row++) {
    // Each row is one port's turn; a turned-over port is another socket, number, remote and program.
    const turn = Math.floor((moved - row + story.ports - 1) / story.ports);
    const id = turn * story.ports + row;
    sockets.family[row] = 4;
    sockets.state[row] = row % 50 === 0 ? SOCKET_STATE.bound : SOCKET_STATE.established;
    sockets.localPort[row] = story.first + ((row + turn * 7_919) % size);
    sockets.remotePort[row] = row % 50 === 0 ? 0 : 443;
    sockets.local.set([0, 0, 0xffff, 0x0a000001], row * 4);
    if (row % 50 !== 0) sockets.remote.set([0, 0, 0xffff, 0xc6336400 + (id % 251)], row * 4);
    sockets.cookieLow[row] = (id + 1) >>> 0;
    sockets.cookieHigh[row] = Math.floor((id + 1) / 2 ** 32);
    sockets.process[row] = row % PROGRAMS;
  }
  // A tenth of the programs restarts every hundred samples, under a pid that another one had.
  const processes = Array.from({ length: PROGRAMS }, (_, index) => {
    const lives = Math.floor((step + index * 10) / 100);
    const startMs = 1_700_000_000_000 + lives * 100 * story.stepMs + index;
    const name = `program-${index}`;
    return {
      pid: 1_000 + ((index + lives) % PROGRAMS),
      startMs,
      name,
      unit: '',
      executable: `/x/${name}`,
      executableChangeMs: 1,
      handles: 50,
    };
  });
  const takenAtMs = 1_800_000_000_000 + step * story.stepMs;
  const namespaces = [{ name: 'host', inode: '1', container: '', podUid: '', ranges, boundVisible: true }];
  return {
    ...{ takenAtMs, bootMs: 1_000_000 + step * story.stepMs, bootId: 'soak', namespaces, processes, sockets, pieces },
    ...{ exitedProcesses: [], sharedSockets: 0, probes: [], connectionEvents: [], lostEvents: 0, systemEvents: [] },
    ...{ timeWaitSeconds: 60, tcpTwReuse: 0, sources: [], problems: [] },
  };
}

function drain(slices) {
  for (;;) {
    const begin = performance.now();
    const next = slices.next();
    worstSlice = Math.max(worstSlice, performance.now() - begin);
    if (next.done) return next.value;
  }
}

function tell(step) {
  const sorted = costs.splice(0).sort((a, b) => a - b);
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const [rssMb, heapMb, buffersMb] = [rss, heapUsed, arrayBuffers].map((bytes) => (bytes / 2 ** 20).toFixed(0));
  console.log(
    `| ${step} | ${rssMb} | ${heapMb} | ${buffersMb} | ${sorted[sorted.length >> 1].toFixed(2)} | ${worstSlice.toFixed(1)} |`,
  );
  worstSlice = 0;
}
