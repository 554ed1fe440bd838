import { readdirSync, readlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { uptime } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocateSocketColumns } from '../../../../../src/model/socket-columns.ts';
import { openSocketOwners } from '../../../../../src/platform/linux/owners/open-socket-owners.ts';
import type { SocketDump } from '../../../../../src/platform/linux/sockets/socket-dump.ts';

const CONNECTIONS = 12;

function socketInodes(): Set<number> {
  const inodes = new Set<number>();
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      const match = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`));
      if (match !== null) inodes.add(Number(match[1]));
    } catch {
      // The descriptor of the listing itself.
    }
  }
  return inodes;
}

function dumpOf(inodes: ReadonlySet<number>): SocketDump {
  const columns = allocateSocketColumns(inodes.size);
  columns.length = inodes.size;
  columns.state.fill(1);
  return { columns, inode: Uint32Array.from(inodes), cgroupId: new Float64Array(inodes.size) };
}

describe.runIf(process.platform === 'linux')('owners on this host', () => {
  const before = process.platform === 'linux' ? socketInodes() : new Set<number>();
  let server: Server;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    for (let count = 0; count < CONNECTIONS; count++) {
      await new Promise<void>((resolve) => sockets.push(connect(port, '127.0.0.1', resolve)));
    }
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('are found for the sockets of this very process, without any right beyond its own', () => {
    const opened = new Set([...socketInodes()].filter((inode) => !before.has(inode)));
    expect(opened.size).toBeGreaterThan(2 * CONNECTIONS);
    const clock = { wallMs: Date.now, bootMs: () => uptime() * 1000 };
    const owners = openSocketOwners({ procRoot: '/proc', clock, nameRules: [] });
    for (let sample = 0; sample < 3; sample++) {
      const dump = dumpOf(opened);
      const { processes } = owners.resolve(dump, 10_000);
      expect(processes).toHaveLength(1);
      expect(new Set(dump.columns.process)).toEqual(new Set([0]));
      const [row] = processes;
      expect(row).toMatchObject({ pid: process.pid, executable: process.execPath });
      expect(row?.handles).toBeGreaterThan(2 * CONNECTIONS);
      // The boot time is known to the second only.
      expect(Math.abs((row?.startMs ?? 0) - (Date.now() - process.uptime() * 1000))).toBeLessThan(3_000);
    }
  });
});
