import { beforeEach, describe, expect, it } from 'vitest';
import { BoundSearch, MOST_LOOKS } from '../../../../../src/platform/linux/bound/bound-search.ts';
import type { ForeignLook } from '../../../../../src/platform/linux/bound/foreign-sockets.ts';
import { FakeHost, type FakeProcess } from '../../../../helpers/fake-host.ts';

const OURS = '4026531840';
const FOREVER = { expired: () => false };

let host: FakeHost;
/** By inode; a socket that is not here is of another kind. */
let bound: Map<number, number>;
let elsewhere: Set<number>;
let refusing: Set<number>;
let looks: number;
let open: number;
let mostOpen: number;
let search: BoundSearch;

beforeEach(() => {
  host = new FakeHost();
  bound = new Map();
  elsewhere = new Set();
  refusing = new Set();
  looks = 0;
  open = 0;
  mostOpen = 0;
  search = new BoundSearch({
    fs: host.processFs,
    namespace: OURS,
    ownPid: 1,
    namespaceOf: (pid) => (elsewhere.has(pid) ? '4026532000' : OURS),
    sockets: {
      open(pid) {
        const process = host.processes.get(pid);
        if (process === undefined) return 'gone';
        mostOpen = Math.max(mostOpen, ++open);
        return { look: (fd) => look(process, fd), close: () => void open-- };
      },
    },
  });
});

function look(process: FakeProcess, fd: number): ForeignLook {
  looks++;
  if (refusing.has(process.pid)) return 'refused';
  const inode = process.fds.get(fd);
  if (inode === undefined) return 'gone';
  const port = bound.get(inode);
  if (port === undefined) return 'other';
  if (port === 0) return 'unbound';
  return { port, inode, family: 2, address: new Uint32Array(4), cookieLow: inode, cookieHigh: 0 };
}

function bind(process: FakeProcess, port: number): number {
  const inode = host.open(process);
  bound.set(inode, port);
  return inode;
}

const ports = (): number[] => [...search.sockets()].map(({ port }) => port).sort((a, b) => a - b);

describe('a search for bound-only sockets', () => {
  it('finds those of every process, and no others', () => {
    const [one, two] = [host.start(10), host.start(11)];
    bind(one, 40_001);
    bind(two, 40_002);
    bind(two, 0);
    host.open(two);
    search.advance(new Set(), FOREVER);
    expect([ports(), search.complete]).toEqual([[40_001, 40_002], true]);
  });

  it('follows sockets that come, go, and connect', () => {
    const process = host.start(10);
    const connecting = bind(process, 40_001);
    bind(process, 40_002);
    search.advance(new Set(), FOREVER);
    host.close(process, 2);
    bind(process, 40_003);
    search.advance(new Set([connecting]), FOREVER);
    expect(ports()).toEqual([40_003]);
  });

  it('forgets a process that ended, and does not credit the next one with its number', () => {
    const process = host.start(10);
    bind(process, 40_001);
    search.advance(new Set(), FOREVER);
    host.exit(process);
    host.start(10, { startTicks: 99 });
    search.advance(new Set(), { expired: () => true });
    expect(ports()).toEqual([]);
  });

  it('looks at nothing twice that is no TCP socket, nor at what the tables list', () => {
    const process = host.start(10);
    const listed = bind(process, 0);
    for (let count = 0; count < 20; count++) host.open(process);
    search.advance(new Set([listed]), FOREVER);
    search.advance(new Set([listed]), FOREVER);
    search.advance(new Set([listed]), FOREVER);
    expect(looks).toBe(20);
  });

  it('goes on with the next sample where it ran out of looks, and keeps what it knew until then', () => {
    const process = host.start(10);
    for (let port = 0; port < MOST_LOOKS + 10; port++) bind(process, 30_000 + port);
    search.advance(new Set(), FOREVER);
    expect([looks, search.complete, ports().length]).toEqual([MOST_LOOKS, false, MOST_LOOKS]);
    search.advance(new Set(), FOREVER);
    expect([looks, search.complete, ports().length]).toEqual([MOST_LOOKS + 10, true, MOST_LOOKS + 10]);
    bound.clear();
    search.advance(new Set(), FOREVER);
    expect(ports()).toHaveLength(10);
  });

  it('reads every process in the end, however little time a sample has', () => {
    for (let pid = 10; pid < 30; pid++) bind(host.start(pid), 40_000 + pid);
    let steps = 0;
    while (!search.complete) {
      let asked = 0;
      search.advance(new Set(), { expired: () => ++asked > 1 });
      if (++steps > 100) throw new Error('it does not end');
    }
    expect(ports()).toHaveLength(20);
  });

  it('leaves out the processes of other namespaces', () => {
    bind(host.start(10), 40_001);
    elsewhere.add(10);
    search.advance(new Set(), FOREVER);
    expect([ports(), looks]).toEqual([[], 0]);
  });

  it('counts whom it may not look into, whatever refuses', () => {
    bind(host.start(10, { fdsRefused: true }), 40_001);
    bind(host.start(11, { linksRefused: true }), 40_002);
    bind(host.start(12), 40_003);
    refusing.add(12);
    bind(host.start(13), 40_004);
    search.advance(new Set(), FOREVER);
    expect([search.refused, ports()]).toEqual([3, [40_004]]);
  });

  it('has one process open at a time, and none afterwards', () => {
    for (let pid = 10; pid < 20; pid++) bind(host.start(pid), 40_000 + pid);
    search.advance(new Set(), FOREVER);
    expect([mostOpen, open]).toEqual([1, 0]);
  });
});
