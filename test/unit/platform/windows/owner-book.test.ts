import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../../src/model/owner-code.ts';
import { PROTOCOL } from '../../../../src/model/protocol.ts';
import { SOCKET_STATE } from '../../../../src/model/socket-state.ts';
import { createOwnerBook, type OwnerSighting, processName } from '../../../../src/platform/windows/owner-book.ts';
import type { ListedProcess } from '../../../../src/platform/windows/process-table.ts';
import { appendTextRow, endpointOf } from '../../../../src/platform/windows/text-rows.ts';
import { createWindowsSockets, NO_PID, type WindowsSockets } from '../../../../src/platform/windows/windows-sockets.ts';

const NOW = 1_772_442_827_000;
const { established, time_wait } = SOCKET_STATE;

function sockets(...owners: readonly (readonly [pid: number, state?: number])[]): WindowsSockets {
  const all = createWindowsSockets();
  for (const [pid, state = established] of owners) {
    const local = endpointOf('10.0.0.1', '50000');
    appendTextRow(all, { protocol: PROTOCOL.tcp, local, remote: undefined, pid }, state);
  }
  return all;
}

function sighting(processes: readonly ListedProcess[], units: Record<number, string> = {}, nowMs = NOW): OwnerSighting {
  return {
    processes: new Map(processes.map((process) => [process.pid, process])),
    units: () => new Map(Object.entries(units).map(([pid, unit]) => [Number(pid), unit])),
    tablesReadMs: nowMs,
  };
}

const culprit: ListedProcess = { pid: 2588, startMs: NOW - 60_000, image: 'dnsfilter.exe', handles: 17_001 };
const noFacts = { factsOf: () => ({ executable: '', executableChangeMs: 0 }) };
const processOf = (all: WindowsSockets): number[] => [...all.columns.process.slice(0, all.columns.length)];

describe('the owner book', () => {
  it('names the process of every socket once', () => {
    const facts = { executable: 'C:\\dnsfilter.exe', executableChangeMs: 5 };
    const book = createOwnerBook({
      factsOf: (pid) => (pid === 2588 ? facts : { executable: '', executableChangeMs: 0 }),
    });
    const other = { pid: 652, startMs: 1, image: 'lsass.exe', handles: 9 };
    const all = sockets([2588], [652], [2588]);
    const rows = book.assign(all, sighting([culprit, other], { 2588: 'DnsFilterAgent' }));
    expect(processOf(all)).toEqual([0, 1, 0]);
    expect(rows).toEqual([
      { pid: 2588, startMs: NOW - 60_000, name: 'dnsfilter', unit: 'DnsFilterAgent', handles: 17_001, ...facts },
      { pid: 652, startMs: 1, name: 'lsass', unit: '', handles: 9, executable: '', executableChangeMs: 0 },
    ]);
  });

  it('gives the System process to the kernel and pid 0 to nobody', () => {
    const all = sockets([4], [0, time_wait], [0, established], [NO_PID], [777]);
    expect(createOwnerBook(noFacts).assign(all, sighting([culprit]))).toEqual([]);
    const { kernel, timeWait, gone } = OWNER_CODE;
    expect(processOf(all)).toEqual([kernel, timeWait, gone, gone, gone]);
  });

  it('does not blame a process that took over the pid after the tables were read', () => {
    const all = sockets([2588]);
    createOwnerBook(noFacts).assign(all, sighting([{ ...culprit, startMs: NOW + 1 }]));
    expect(processOf(all)).toEqual([OWNER_CODE.gone]);
  });

  it('fixes the unit once the process is 10 s old, and looks again until then', () => {
    const book = createOwnerBook(noFacts);
    const young = { ...culprit, startMs: NOW };
    const unitAt = (nowMs: number, unit: string): string | undefined =>
      book.assign(sockets([2588]), sighting([young], { 2588: unit }, nowMs))[0]?.unit;
    expect(unitAt(NOW + 1_000, '')).toBe('');
    expect(unitAt(NOW + 5_000, 'DnsFilterAgent')).toBe('DnsFilterAgent');
    expect(unitAt(NOW + 10_001, 'DnsFilterAgent')).toBe('DnsFilterAgent');
    expect(unitAt(NOW + 60_000, 'Another')).toBe('DnsFilterAgent');
  });

  it('asks for facts once in the life of a process, and again when its pid is reused', () => {
    const asked: number[] = [];
    const book = createOwnerBook({
      factsOf: (pid) => {
        asked.push(pid);
        return { executable: '', executableChangeMs: 0 };
      },
    });
    book.assign(sockets([2588]), sighting([culprit]));
    book.assign(sockets([2588]), sighting([culprit]));
    expect(asked).toEqual([2588]);
    book.assign(sockets([2588]), sighting([{ ...culprit, startMs: culprit.startMs + 1 }]));
    expect(asked).toEqual([2588, 2588]);
  });

  it('takes the name that an operator gives', () => {
    const nameOf = (name: string): string | undefined => (name === 'dnsfilter' ? 'DNS filter' : undefined);
    const rows = createOwnerBook({ ...noFacts, nameOf }).assign(sockets([2588]), sighting([culprit]));
    expect(rows[0]?.name).toBe('DNS filter');
  });
});

describe('the name of a process', () => {
  it.each([
    ['dnsfilter.exe', 'dnsfilter'],
    ['SVCHOST.EXE', 'SVCHOST'],
    ['Memory Compression', 'Memory Compression'],
    [`${'x'.repeat(100)}.exe`, 'x'.repeat(64)],
  ])('of %s is %s', (image, name) => {
    expect(processName(image)).toBe(name);
  });
});
