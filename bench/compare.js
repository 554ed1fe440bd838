// Runs inside the bench's namespace: measures, in turn, one sample of ours and its peers, and prints a Markdown table.
// Usage: node compare.js FLOOR_PROGRAM ROUNDS [passing]; passing: the sockets will not be there for long
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPipeline } from './pipeline.js';

const [floorProgram, rounds] = [process.argv[2], Number(process.argv[3])];
const arePassing = process.argv[4] === 'passing';
const pipeline = await createPipeline();
const nodeExporter = await startNodeExporter();
const methods = {
  'one full sample of ours': measureOurs,
  'C program, same dumps, discards': () => measureFloor(),
  'the same, a dump for each family': () => measureFloor('by-family'),
  'ss -Htan': () => measureCommand('ss', '-Htan'),
  ...(!arePassing && { 'ss -Htanp': () => measureCommand('ss', '-Htanp') }),
  'node_exporter scrape, tcpstat': measureNodeExporter,
};
const results = Object.fromEntries(Object.keys(methods).map((name) => [name, []]));

// An exporter runs for weeks: what is measured is what stands after its first three minutes of samples, when V8 has compiled
// what is hot. The cold sample is told apart.
const WARM_UP_SAMPLES = arePassing ? 10 : 40;
const cold = await measureOurs();
for (let sample = 0; sample < WARM_UP_SAMPLES; sample++) await pipeline.sample();
for (let round = 0; round < rounds + 2; round++) {
  for (const [name, measure] of Object.entries(methods)) {
    const result = await measure();
    if (round >= 2) results[name].push(result);
    await sleep(50);
  }
}
nodeExporter.child.kill();
await pipeline.close();
print();

async function measureOurs() {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const cpu = process.cpuUsage();
  delay.enable();
  const begin = performance.now();
  const { sample } = await pipeline.sample();
  const wallMs = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  return { wallMs, cpuMs: (user + system) / 1_000, gapMs: delay.max / 1e6, rows: sample.sockets.length };
}

/** One run of the floor, which measures itself: neither its start nor its end counts. */
function measureFloor(...how) {
  const [wallUs, cpuUs] = execFileSync(floorProgram, ['1', '32768', '0', ...how], { encoding: 'utf8' })
    .split(' ')
    .map(Number);
  return { wallMs: wallUs / 1_000, cpuMs: cpuUs / 1_000 };
}

/** bash's own `time` reads getrusage, which is exact; Node tells nothing of a child's CPU time. */
function measureCommand(...command) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null';
  const { stderr, status } = spawnSync('bash', ['-c', script, 'time', ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  const [real, user, system] = stderr.trim().split(' ').map(Number);
  return { wallMs: real * 1_000, cpuMs: (user + system) * 1_000 };
}

async function startNodeExporter() {
  const port = 19_000 + (process.pid % 1_000);
  const args = [
    '--collector.disable-defaults',
    '--collector.tcpstat',
    '--collector.sockstat',
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn('prometheus-node-exporter', args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/metrics`;
  for (let attempt = 0; attempt < 50; attempt++) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { child, url };
    await sleep(100);
  }
  throw new Error('node_exporter did not answer');
}

async function measureNodeExporter() {
  const before = cpuOf(nodeExporter.child.pid);
  const begin = performance.now();
  const text = await fetch(nodeExporter.url).then((response) => response.text());
  const wallMs = performance.now() - begin;
  if (!text.includes('node_tcp_connection_states')) throw new Error('node_exporter reads no tcpstat');
  return { wallMs, cpuMs: cpuOf(nodeExporter.child.pid) - before };
}

/** CPU time of all threads of a process in ms; schedstat counts nanoseconds where stat counts ticks. */
function cpuOf(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.reduce(
    (sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    0,
  );
}

function print() {
  const ours = summary(results['one full sample of ours']);
  console.log('| | wall ms, median [min..max] | CPU ms, median | ours / this, wall | ours / this, CPU |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const [name, list] of Object.entries(results)) {
    const { wall, cpu, range } = summary(list);
    console.log(
      `| ${name} | ${wall.toFixed(1)} ${range} | ${cpu.toFixed(1)} | ${(ours.wall / wall).toFixed(2)} | ${(ours.cpu / cpu).toFixed(2)} |`,
    );
  }
  const gap = Math.max(...results['one full sample of ours'].map(({ gapMs }) => gapMs));
  if (arePassing) {
    const rows = results['one full sample of ours'].map((result) => result.rows);
    console.log(`\nrows in the samples of ours: ${Math.max(...rows)} to ${Math.min(...rows)}`);
  }
  console.log(
    `\n${pipeline.describe()}; first (cold) sample ${cold.wallMs.toFixed(0)} ms; largest main-thread gap ${gap.toFixed(1)} ms; RSS ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`,
  );
}

function summary(list) {
  const sorted = (key) => list.map((result) => result[key]).sort((a, b) => a - b);
  const wall = sorted('wallMs');
  const cpu = sorted('cpuMs');
  const middle = Math.floor(list.length / 2);
  return { wall: wall[middle], cpu: cpu[middle], range: `[${wall[0].toFixed(1)}..${wall.at(-1).toFixed(1)}]` };
}
