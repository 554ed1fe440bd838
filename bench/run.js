// npm run bench: one full attributed sample beside what others need for less, as ratios within one run.
// Needs root (a namespace of its own), a C compiler, ss and prometheus-node-exporter. Usage: node bench/run.js [ROUNDS]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = Math.max(7, Number(process.argv[2] ?? 9));
/** Pairs of connected sockets, as [pairs, servers]; a process here may hold 20,000 descriptors. */
const LOADS = [
  { name: '1,000', pairs: 500, programs: 1 },
  { name: '28,000', pairs: 14_000, programs: 1 },
  { name: '56,000', pairs: 28_000, programs: 2 },
];
const IDLE_NAMESPACES = 100;
/** Two minutes at the exporter's own interval: what is due once a minute has its share. */
const NAMESPACE_ROUNDS = 25;
const here = import.meta.dirname;
const work = mkdtempSync(join(tmpdir(), 'eph-bench-'));
const netns = `eph-bench-${process.pid}`;
const floor = join(work, 'diag-floor');

execFileSync('cc', ['-O2', '-o', floor, join(here, 'diag-floor.c')]);
execFileSync('ip', ['netns', 'add', netns]);
try {
  inNamespace(['ip', 'link', 'set', 'lo', 'up']);
  inNamespace(['sysctl', '-qw', 'net.core.somaxconn=4096']);
  console.log(`Node ${process.version}, Linux ${release()}, ${cpus().length} cores; medians of ${ROUNDS}\n`);
  for (const load of LOADS) {
    const programs = await startLoad(load);
    try {
      console.log(`\n### ${load.name} sockets\n`);
      const args = [process.execPath, join(here, 'compare.js'), floor, String(ROUNDS)];
      process.stdout.write(inNamespace(args));
      if (load === LOADS.at(-1)) compareNamespaces();
    } finally {
      await Promise.all(programs.map(stop));
    }
  }
} finally {
  execFileSync('ip', ['netns', 'del', netns]);
  rmSync(work, { recursive: true });
}

function compareNamespaces() {
  console.log(`\n### ${IDLE_NAMESPACES} idle namespaces beside it\n`);
  const rounds = String(NAMESPACE_ROUNDS);
  const args = [process.execPath, join(here, 'namespaces.js'), String(IDLE_NAMESPACES), rounds];
  process.stdout.write(inNamespace(args));
}

function inNamespace(command) {
  return execFileSync('ip', ['netns', 'exec', netns, ...command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function startLoad({ pairs, programs }) {
  const started = [];
  for (let index = 0; index < programs; index++) {
    const port = String(20_001 + index);
    const count = String(pairs / programs);
    const server = loadProgram('server', port, count);
    await printed(server, 'listening');
    const client = loadProgram('client', port, count);
    started.push(server, client);
    await Promise.all([printed(server, 'ready'), printed(client, 'ready')]);
  }
  return started;
}

function loadProgram(...args) {
  const command = ['netns', 'exec', netns, 'python3', join(here, 'socket-load.py'), ...args];
  return spawn('ip', command, { stdio: ['pipe', 'pipe', 'inherit'] });
}

function printed(child, word) {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => chunk.toString().includes(word) && resolve());
    child.once('exit', (code) => reject(new Error(`load ended with ${code}`)));
  });
}

function stop(child) {
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', resolve);
    child.stdin.end();
  });
}
