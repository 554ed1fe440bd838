import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningExporter, startExporter } from '../helpers/exporter.ts';
import { makeNamespace, type Namespace } from '../helpers/namespace.ts';
import { eventually, type Program, startProgram } from '../helpers/program.ts';

const REMOTE_PORT = 10_443;
const EXPORTER_PORT = 10_071;

// Each round binds a port, connects for well under a millisecond, and disconnects: the port stays bound, without its peer.
// Only a port bound by its number outlives that.
const LEAKER = `
import ctypes, os, select, socket, sys
libc = ctypes.CDLL(None)
server = socket.create_server(('127.0.0.1', ${REMOTE_PORT}))
kept = []
while not select.select([sys.stdin], [], [], 0.3)[0]:
    one = socket.socket()
    one.bind(('127.0.0.1', 40000 + len(kept)))
    one.connect(server.getsockname())
    libc.connect(one.fileno(), bytes(16), 16)
    server.accept()[0].close()
    kept.append(one)
`;

const WITHOUT_TRACEFS = ['unshare', '--mount', 'sh', '-c', 'umount -a -t tracefs; exec "$@"', 'sh'];

describe('--linux.trace=auto', () => {
  let directory = '';
  let namespace: Namespace;
  let leaker: Program | undefined;
  let exporter: RunningExporter | undefined;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'trace-auto-'));
    execaSync('mount', ['-t', 'tracefs', 'nodev', directory]);
    namespace = await makeNamespace('trace-auto');
  });

  afterEach(async () => {
    await leaker?.kill();
    await exporter?.program.kill();
    await namespace.remove();
    execaSync('umount', [directory]);
    rmSync(directory, { recursive: true });
    rmSync(`${directory}-files`, { recursive: true });
  });

  async function start(wrapper: readonly string[]): Promise<RunningExporter> {
    exporter = await startExporter({
      directory: `${directory}-files`,
      port: EXPORTER_PORT,
      netns: namespace.name,
      flags: ['--linux.trace=auto', '--stuck.after=3s', '--sample.interval=1s', '--sample.cpu-budget=50%'],
      wrapper,
    });
    return exporter;
  }

  function startLeaker(): void {
    const script = join(`${directory}-files`, 'leaker.py');
    writeFileSync(script, LEAKER);
    const logFile = `${script}.log`;
    leaker = startProgram({ command: 'python3', args: [script], netns: namespace.name, logFile });
  }

  const eventuallyTold = (metrics: () => Promise<string>, text: string) =>
    eventually(text, async () => (await metrics()).includes(text) || undefined);
  const sourceOf = (source: string) => `ephemeral_port_exporter_source_info{piece="trace",source="${source}"} 1`;

  it('switches the trace on once a leak hides its remote, and names the remote', async () => {
    const { metrics } = await start([]);
    expect(await metrics()).toContain(sourceOf('none'));
    startLeaker();
    await eventuallyTold(metrics, sourceOf('tracefs'));
    await eventuallyTold(metrics, `remote="127.0.0.1:${REMOTE_PORT}"`);
    expect(await metrics()).toContain('ephemeral_port_exporter_collector_success{collector="trace"} 1');
  });

  it('reads in bursts and logs why, once, where there is no trace', async () => {
    const { metrics, program } = await start(WITHOUT_TRACEFS);
    expect(await metrics()).toContain(sourceOf('none'));
    startLeaker();
    await eventuallyTold(metrics, sourceOf('bursts'));
    await eventually('two more samples', nextSamples(metrics, 2));
    expect(program.output().match(/no tracefs is mounted/g)).toHaveLength(1);
  });
});

/** True once the time of the last sample has changed `count` times. */
function nextSamples(metrics: () => Promise<string>, count: number): () => Promise<true | undefined> {
  const seen = new Set<string>();
  return async () => {
    const [time = ''] = /^ephemeral_port_exporter_last_sample_timestamp_seconds .*$/m.exec(await metrics()) ?? [];
    seen.add(time);
    return seen.size > count || undefined;
  };
}
