// node bench/time-wait.js [ROUNDS]: one full sample beside its peers with more than 200,000 rows in TIME_WAIT, then how far a
// running exporter stretches its interval while as many come and go. Needs what bench/run.js needs.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROUNDS = Math.max(7, Number(process.argv[2] ?? 7));
/** Each destination can have every port of the range once. */
const DESTINATIONS = 8;
const PER_DESTINATION = 27_000;
/** As many a second as keep more than 200,000 there for the 60 s of TIME_WAIT. */
const STEADY_RATE = 3_500;
const WATCH_SECONDS = 100;

const here = import.meta.dirname;
const work = mkdtempSync(join(tmpdir(), 'eph-tw-'));
const netns = `eph-tw-${process.pid}`;
const connections = join(work, 'short-connections');
const floor = join(work, 'diag-floor');
const running = new Set();

execFileSync('cc', ['-O2', '-o', connections, join(here, '../test/helpers/short-connections.c')]);
execFileSync('cc', ['-O2', '-o', floor, join(here, 'diag-floor.c')]);
execFileSync('ip', ['netns', 'add', netns]);
try {
  execFileSync('ip', inNamespace('ip', 'link', 'set', 'lo', 'up'));
  const settings = ['net.ipv4.tcp_tw_reuse=0', 'net.ipv4.tcp_max_tw_buckets=500000', 'net.core.somaxconn=4096'];
  for (const setting of settings) execFileSync('ip', inNamespace('sysctl', '-qw', setting));
  const ports = Array.from({ length: DESTINATIONS }, (_, index) => String(20_001 + index));
  await Promise.all(ports.map((port) => printed(start(connections, 'serve', port), 'serving')));
  const makers = ports.map((port) => start(connections, 'connect', port, '5000', String(PER_DESTINATION), '0'));
  await Promise.all(makers.map((maker) => printed(maker, 'done')));
  console.log(`\n### ${(DESTINATIONS * PER_DESTINATION).toLocaleString('en')} sockets in TIME_WAIT\n`);
  const compare = inNamespace(process.execPath, join(here, 'compare.js'), floor, String(ROUNDS), 'passing');
  process.stdout.write(execFileSync('ip', compare, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  await Promise.all(makers.map(stop));
  await watchInterval(ports);
} finally {
  await Promise.all([...running].map(stop));
  execFileSync('ip', ['netns', 'del', netns]);
  rmSync(work, { recursive: true });
}

async function watchInterval(ports) {
  const rate = String(Math.round(STEADY_RATE / DESTINATIONS));
  for (const port of ports) start(connections, 'connect', port, rate, '1000000', '0');
  const socketPath = join(work, 'control.sock');
  const main = join(here, '../dist/main.js');
  const exporter = start(process.execPath, '--max-semi-space-size=4', main, `--web.control-socket=${socketPath}`);
  await sleep(70_000);
  const cpuBefore = cpuSeconds(exporter.pid);
  await sleep((WATCH_SECONDS - 70) * 1_000);
  const cpu = (cpuSeconds(exporter.pid) - cpuBefore) / (WATCH_SECONDS - 70);
  const text = await ask(socketPath, '/metrics');
  const value = (name) => new RegExp(`^ephemeral_port_${name} (\\S+)$`, 'm').exec(text)?.[1];
  const state = /^ephemeral_port_state_ports\{protocol="tcp",netns="self",state="time_wait"\} (\d+)$/m.exec(text)?.[1];
  const rss = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${exporter.pid}/status`, 'utf8'))?.[1]) / 1024;
  console.log(
    `\nA running exporter, ${STEADY_RATE} connections a second for ${WATCH_SECONDS} s: interval ${value('exporter_sample_interval_seconds')} s, ` +
      `${(cpu * 100).toFixed(1)} % of a core in the last 30 s, ${state} ports in TIME_WAIT, RSS ${rss.toFixed(0)} MB`,
  );
}

function ask(socketPath, path) {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
    });
    asked.on('error', reject).end();
  });
}

/** User and system time of all threads; fields 14 and 15 of stat are in hundredths of a second. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function inNamespace(...command) {
  return ['netns', 'exec', netns, ...command];
}

function start(...command) {
  const child = spawn('ip', inNamespace(...command), { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdout.resume();
  running.add(child);
  return child;
}

function printed(child, word) {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => chunk.toString().includes(word) && resolve());
    child.once('exit', (code) => reject(new Error(`a program of the load ended with ${code}`)));
  });
}

function stop(child) {
  running.delete(child);
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', resolve);
    child.kill();
  });
}
