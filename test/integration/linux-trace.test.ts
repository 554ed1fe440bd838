import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTraceFs } from '../../src/platform/linux/trace/trace-fs.ts';
import { TraceInstance } from '../../src/platform/linux/trace/trace-instance.ts';
import { TraceReader } from '../../src/platform/linux/trace/trace-reader.ts';
import { openTaskFs, TraceTasks } from '../../src/platform/linux/trace/trace-tasks.ts';

const CONNECTIONS = 200;

// Closes half of its connections in a thread that ends at once, and the others by being killed.
const CLOSED_EACH_WAY = 25;
const THREAD_THEN_KILLED = `
import os, signal, socket, sys, threading, time
held = [socket.create_connection(('127.0.0.1', int(sys.argv[1]))) for _ in range(${2 * CLOSED_EACH_WAY})]
time.sleep(1)
thread = threading.Thread(target=lambda: [one.close() for one in held[:${CLOSED_EACH_WAY}]])
thread.start()
thread.join()
time.sleep(0.5)
os.kill(os.getpid(), signal.SIGKILL)
`;

async function once(register: (done: () => void) => void): Promise<void> {
  await new Promise<void>((resolve) => register(resolve));
}

describe('trace of this kernel', () => {
  let root = '';
  let server: Server;
  let port = 0;

  beforeAll(async () => {
    root = mkdtempSync('/tmp/tracefs-');
    execaSync('mount', ['-t', 'tracefs', 'nodev', root]);
    server = createServer((socket) => socket.on('error', () => undefined).resume());
    await once((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });

  afterAll(() => {
    server.close();
    execaSync('umount', [root]);
    rmdirSync(root);
  });

  const ownInstances = () =>
    readdirSync(join(root, 'instances')).filter((name) => name.includes(`test-${process.pid}`));

  async function connectAndClose(): Promise<number> {
    let socket: Socket | undefined;
    await once((done) => {
      socket = connect(port, '127.0.0.1', done);
    });
    const localPort = socket?.localPort ?? 0;
    await once((done) => socket?.on('close', done).end());
    return localPort;
  }

  it('tells who opened and who closed each connection, however short', async () => {
    const reader = new TraceReader(TraceInstance.open(openTraceFs(root), `test-${process.pid}`));
    try {
      const ports: number[] = [];
      for (let count = 0; count < CONNECTIONS; count++) ports.push(await connectAndClose());
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { connections, lost } = reader.read(uptime() * 1000);
      expect(lost).toBe(0);
      const tasks = new TraceTasks(openTaskFs('/proc', openTraceFs(root)));
      const mine = connections.filter(
        (one) => one.remotePort === port && tasks.find(one.task, one.atMs)?.pid === process.pid,
      );
      for (const kind of ['opened', 'closed']) {
        expect(mine.filter((one) => one.kind === kind).map((one) => one.localPort)).toEqual(ports);
      }
      expect(connections.filter((one) => one.remotePort === port)).toHaveLength(mine.length);
    } finally {
      reader.close();
    }
    expect(ownInstances()).toEqual([]);
  });

  it('tells the process of a thread that has ended, and of one that was killed', async () => {
    const reader = new TraceReader(TraceInstance.open(openTraceFs(root), `test-${process.pid}`));
    try {
      const tasks = new TraceTasks(openTaskFs('/proc', openTraceFs(root)));
      const client = execa('python3', ['-c', THREAD_THEN_KILLED, String(port)], { reject: false });
      // The program is asked for its name while it lives, as between two samples.
      let opened = 0;
      let closed = 0;
      for (let reading = 0; reading < 100 && closed < 2 * CLOSED_EACH_WAY; reading++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        tasks.begin();
        for (const one of reader.read(uptime() * 1000).connections) {
          if (one.remotePort !== port || tasks.find(one.task, one.atMs)?.pid !== client.pid) continue;
          if (one.kind === 'opened') opened++;
          else closed++;
        }
      }
      expect([opened, closed]).toEqual([2 * CLOSED_EACH_WAY, 2 * CLOSED_EACH_WAY]);
      expect((await client).signal).toBe('SIGKILL');
    } finally {
      reader.close();
    }
  });

  it('removes what a killed exporter left, and leaves alone what a living one reads', () => {
    const fs = openTraceFs(root);
    const killed = `instances/ephemeral_port_exporter-test-${process.pid}-killed`;
    fs.makeDirectory(killed);
    fs.writeText(`${killed}/events/sock/inet_sock_set_state/enable`, '1');
    const living = TraceInstance.open(fs, `test-${process.pid}-a`);
    const second = TraceInstance.open(fs, `test-${process.pid}-b`);
    expect(
      ownInstances()
        .map((name) => name.at(-1))
        .sort(),
    ).toEqual(['a', 'b']);
    living.close();
    second.close();
    expect(ownInstances()).toEqual([]);
  });
});
