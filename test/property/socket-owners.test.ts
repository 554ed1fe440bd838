import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeHost, type FakeProcess } from '../helpers/fake-host.ts';
import { readingOf } from '../helpers/owner-reading.ts';

type Step = { readonly act: (typeof ACTS)[number]; readonly who: number; readonly which: number };

const ACTS = [
  'start',
  'open',
  'open',
  'openFile',
  'close',
  'reopen',
  'dup',
  'fork',
  'forkAndExit',
  'exit',
  'read',
] as const;

const STEPS = fc.array(fc.record<Step>({ act: fc.constantFrom(...ACTS), who: fc.nat(1000), which: fc.nat(1000) }), {
  minLength: 5,
  maxLength: 80,
});

/** Random life of a few processes; start times tell apart processes that get the same pid. */
class Life {
  readonly host: FakeHost = new FakeHost();
  #ticks = 100;

  do({ act, who, which }: Step): void {
    const processes = [...this.host.processes.values()].filter((one) => one.pid !== 2 && !one.zombie);
    const process = processes[who % Math.max(1, processes.length)];
    if (act === 'start' || process === undefined) {
      this.host.start(this.#freePid(which), { startTicks: this.#ticks++ });
      return;
    }
    const fds = [...process.fds.keys()];
    const fd = fds[which % Math.max(1, fds.length)];
    if (act === 'open') this.host.open(process);
    if (act === 'openFile') process.fds.set(1000 + (which % 50), process.fds.get(1000 + (which % 50)) ?? 0);
    if (act === 'exit') this.host.exit(process, which % 2 === 0);
    if (act === 'fork' || act === 'forkAndExit') this.host.fork(process, this.#freePid(which), this.#ticks++);
    if (act === 'forkAndExit') this.host.exit(process);
    if (fd === undefined) return;
    if (act === 'close' || act === 'reopen') this.host.close(process, fd);
    if (act === 'reopen') this.#openAs(process, fd);
    if (act === 'dup' && !process.fds.has(2000)) process.fds.set(2000, process.fds.get(fd) ?? 0);
  }

  #openAs(process: FakeProcess, fd: number): void {
    process.fds.set(fd, this.host.openInKernel());
  }

  // Few pids, so that they are used again soon.
  #freePid(seed: number): number {
    let pid = 100 + (seed % 12);
    while (this.host.processes.has(pid)) pid++;
    return pid;
  }
}

describe('owner of a socket', () => {
  it('is always one process that held it when it was read, whatever processes do', () => {
    fc.assert(
      fc.property(STEPS, fc.boolean(), (steps, tellsFdCount) => {
        const life = new Life();
        const { host } = life;
        host.tellsFdCount = tellsFdCount;
        const everShared = new Set<number>();
        const take = readingOf(host);
        const read: typeof take = (...args) => {
          for (const inode of host.sockets.keys()) if (host.holders(inode).length > 1) everShared.add(inode);
          return take(...args);
        };
        for (const step of steps) {
          life.do(step);
          if (step.act === 'read') expectHolders(host, read());
        }
        // What is held is credited when two dumps had it; a pid that changed hands between two of them may cost one more.
        read();
        read();
        // A holder that nothing led to is not found, one that let go is: after a minute at the latest.
        const last = read(61_000);
        for (const inode of host.sockets.keys()) expect(host.holders(inode)).toContain(last.ownerOf(inode));
        // A second holder that let go counts until its descriptors are read again, one that never was does not.
        expect(last.sharedSockets).toBeLessThanOrEqual(everShared.size);
      }),
      { numRuns: 1_500 },
    );
  });

  it('is one that held it however small the budget', () => {
    fc.assert(
      fc.property(STEPS, fc.integer({ min: 1, max: 5 }), (steps, budgetMs) => {
        const life = new Life();
        const { host } = life;
        host.linkMs = 1;
        const read = readingOf(host);
        for (const step of steps) {
          life.do(step);
          if (step.act !== 'read') continue;
          const reading = read(5_000, budgetMs);
          for (const [inode] of host.sockets) {
            const pid = reading.ownerOf(inode) as number;
            if (pid >= 0) expect(host.processes.has(pid)).toBe(true);
          }
        }
        for (let sample = 0; sample < 300; sample++) read(5_000, 40);
        expectHolders(host, read(5_000, 1_000));
      }),
      { numRuns: 100 },
    );
  });
});

function expectHolders(host: FakeHost, reading: ReturnType<ReturnType<typeof readingOf>>): void {
  for (const inode of host.sockets.keys()) {
    const pid = reading.ownerOf(inode) as number;
    if (pid >= 0) expect(host.holders(inode)).toContain(pid);
  }
  for (const row of reading.processes) expect(host.processes.get(row.pid)?.startTicks).toBe((row.startMs - 17e11) / 10);
}
