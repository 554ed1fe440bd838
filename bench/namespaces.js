// npm run bench: what 100 idle network namespaces cost beside a busy one, as a ratio within one run. Needs root.
// Runs inside the busy namespace; usage: node namespaces.js COUNT ROUNDS
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPipeline } from './pipeline.js';

/** The exporter's own, at which what is looked at once a minute gets its true share. */
const INTERVAL_MS = 5_000;
const WARM_UP_SAMPLES = 30;
const [count, rounds] = process.argv.slice(2).map(Number);

const program = spawn('python3', [join(import.meta.dirname, 'idle-namespaces.py'), String(count)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
await new Promise((resolve) => program.stdout.once('data', resolve));
const alone = await createPipeline(['--no-collector.namespaces']);
const all = await createPipeline([]);
const cold = [];
for (let sample = 0; sample < WARM_UP_SAMPLES; sample++) {
  await measure(alone);
  cold.push(await measure(all));
}
const results = { alone: [], all: [] };
for (let round = 0; round < rounds; round++) {
  results.alone.push(await measure(alone));
  results.all.push(await measure(all));
  await sleep(INTERVAL_MS);
}
print();
await Promise.all([alone.close(), all.close()]);
program.stdin.end();

async function measure(pipeline) {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const { sample } = await pipeline.sample();
  const wallMs = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  const othersMs = sample.pieces.find(({ piece }) => piece === 'namespaces')?.durationMs ?? 0;
  return { wallMs, cpuMs: (user + system) / 1_000, othersMs, namespaces: sample.namespaces.length };
}

function print() {
  const column = (name, key) => of(results[name], key);
  console.log('| | wall ms, median | CPU ms, median | CPU ms, mean |');
  console.log('| --- | --- | --- | --- |');
  for (const [name, title] of [
    ['alone', 'the busy namespace alone'],
    ['all', `with ${count} idle ones`],
  ]) {
    const figures = [median(column(name, 'wallMs')), median(column(name, 'cpuMs')), mean(column(name, 'cpuMs'))];
    console.log(`| ${title} | ${figures.map((ms) => ms.toFixed(1)).join(' | ')} |`);
  }
  const ratio = (figure, key) => (figure(column('all', key)) / figure(column('alone', key))).toFixed(2);
  console.log(
    `| ratio | ${ratio(median, 'wallMs')} | ${ratio(median, 'cpuMs')} | ${ratio(mean, 'cpuMs')} |\n\n` +
      `${results.all[0].namespaces} namespaces in the sample; reading all of them whole took ` +
      `${firstReading().toFixed(0)} ms, which is due again within half an hour to an hour`,
  );
}

/** Of the piece, over the samples until none was left. */
function firstReading() {
  const steady = median(of(cold.slice(10), 'othersMs'));
  return cold.slice(0, 10).reduce((sum, { othersMs }) => sum + Math.max(0, othersMs - steady), 0);
}

function of(list, key) {
  return list.map((result) => result[key]);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
