import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askControlSocket } from '../../../src/http/control-client.ts';
import { get } from '../../helpers/http.ts';

const CHILD = join(import.meta.dirname, 'serve-fake.mjs');
const NAMESPACE = `eph-http-${process.pid}`;
/** Takes every port of the range with sockets of its own, says how many, and holds them until its input ends. */
const TAKE_ALL_PORTS = `
import socket, sys
held = []
try:
    while True:
        taken = socket.socket()
        taken.bind(('0.0.0.0', 0))
        held.append(taken)
except OSError:
    print(len(held), flush=True)
sys.stdin.read()
`;

let directory: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eph-http-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.kill('SIGTERM')) await ended;
  }
  rmSync(directory, { recursive: true });
});

/** Starts a program that runs until the test ends; its first line that fits. */
function start(command: string, args: readonly string[], line: RegExp): Promise<string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      const found = output.split('\n').find((candidate) => line.test(candidate));
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${command} ended early: ${output}`)));
  });
}

test('systemd passes two sockets and both serve', async () => {
  const ports = [await freePort(), await freePort()];
  const listen = ports.flatMap((port) => ['-l', `127.0.0.1:${port}`]);
  const settings = JSON.stringify({ systemdSocket: true, controlSocket: '', listenAddresses: [] });
  const args = [...listen, process.execPath, CHILD, settings];
  await start('systemd-socket-activate', args, /Listening on .* as 4/);
  for (const port of ports) expect((await get({ port }, '/metrics')).body).toBe('up 1\n');
});

test('a host without a free port is still served: by the control socket, and to a source port outside the range', async () => {
  const inside = ['netns', 'exec', NAMESPACE];
  const socketPath = join(directory, 'control.sock');
  const settings = {
    systemdSocket: false,
    controlSocket: socketPath,
    controlSocketRequired: true,
    listenAddresses: [':10071'],
  };
  await execa('ip', ['netns', 'add', NAMESPACE]);
  try {
    await execa('ip', [...inside, 'ip', 'link', 'set', 'lo', 'up']);
    await execa('ip', [...inside, 'sysctl', '-qw', 'net.ipv4.ip_local_port_range=40000 40009']);
    await start('ip', [...inside, process.execPath, CHILD, JSON.stringify(settings)], /control socket open/);
    expect(await start('ip', [...inside, 'python3', '-c', TAKE_ALL_PORTS], /^\d+$/)).toBe('10');
    const curl = ['curl', '-sS', '--max-time', '5', 'http://127.0.0.1:10071/metrics'];
    await expect(execa('ip', [...inside, ...curl])).rejects.toMatchObject({ exitCode: 7 });
    const answer = await execa('ip', [...inside, ...curl, '--local-port', '20000-30000']);
    expect(answer.stdout).toBe('up 1');
    expect(await askControlSocket({ socketPath, path: '/-/healthy', timeoutMs: 5000 })).toMatchObject({ status: 200 });
  } finally {
    await execa('ip', ['netns', 'del', NAMESPACE]);
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => resolve(bound !== null && typeof bound === 'object' ? bound.port : 0));
    });
  });
}
