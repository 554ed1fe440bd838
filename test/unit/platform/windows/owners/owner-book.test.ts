import { describe, expect, it } from 'vitest';
import type { ProcessNameRule } from '../../../../../src/config/config.ts';
import { OWNER_CODE } from '../../../../../src/model/owner-code.ts';
import { PROTOCOL } from '../../../../../src/model/protocol.ts';
import { SOCKET_STATE } from '../../../../../src/model/socket-state.ts';
import { appendTextRow, endpointOf } from '../../../../../src/platform/windows/commands/text-rows.ts';
import {
  createOwnerBook,
  type OwnerBook,
  type OwnerSighting,
} from '../../../../../src/platform/windows/owners/owner-book.ts';
import { nameProcess } from '../../../../../src/platform/windows/owners/process-name.ts';
import type { ListedProcess } from '../../../../../src/platform/windows/owners/process-table.ts';
import {
  createWindowsSockets,
  NO_PID,
  type WindowsSockets,
} from '../../../../../src/platform/windows/sockets/windows-sockets.ts';

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
    factsOf: () => ({ executable: '', executableChangeMs: 0 }),
  };
}

const culprit: ListedProcess = { pid: 2588, startMs: NOW - 60_000, image: 'dnsfilter.exe', handles: 17_001 };
const newBook = (): OwnerBook => createOwnerBook((image) => nameProcess(image, '', []));
const processOf = (all: WindowsSockets): number[] => [...all.columns.process.slice(0, all.columns.length)];

describe('the owner book', () => {
  it('names the process of every socket once', () => {
    const facts = { executable: 'C:\\dnsfilter.exe', executableChangeMs: 5 };
    const noFacts = { executable: '', executableChangeMs: 0 };
    const other = { pid: 652, startMs: 1, image: 'lsass.exe', handles: 9 };
    const all = sockets([2588], [652], [2588]);
    const seen = sighting([culprit, other], { 2588: 'DnsFilterAgent' });
    const factsOf = (pid: number) => (pid === 2588 ? facts : noFacts);
    const { processes } = newBook().assign(all, { ...seen, factsOf });
    expect(processOf(all)).toEqual([0, 1, 0]);
    expect(processes).toEqual([
      { pid: 2588, startMs: NOW - 60_000, name: 'dnsfilter', unit: 'DnsFilterAgent', handles: 17_001, ...facts },
      { pid: 652, startMs: 1, name: 'lsass', unit: '', handles: 9, ...noFacts },
    ]);
  });

  it('gives the System process to the kernel and pid 0 to nobody', () => {
    const all = sockets([4], [0, time_wait], [0, established], [NO_PID], [777]);
    expect(newBook().assign(all, sighting([culprit])).processes).toEqual([]);
    const { kernel, timeWait, gone } = OWNER_CODE;
    expect(processOf(all)).toEqual([kernel, timeWait, gone, gone, gone]);
  });

  it('does not blame a process that took over the pid after the tables were read', () => {
    const all = sockets([2588]);
    newBook().assign(all, sighting([{ ...culprit, startMs: NOW + 1 }]));
    expect(processOf(all)).toEqual([OWNER_CODE.gone]);
  });

  it('fixes the unit once the process is 10 s old, and looks again until then', () => {
    const book = newBook();
    const young = { ...culprit, startMs: NOW };
    const unitAt = (nowMs: number, unit: string): string | undefined =>
      book.assign(sockets([2588]), sighting([young], { 2588: unit }, nowMs)).processes[0]?.unit;
    expect(unitAt(NOW + 1_000, '')).toBe('');
    expect(unitAt(NOW + 5_000, 'DnsFilterAgent')).toBe('DnsFilterAgent');
    expect(unitAt(NOW + 10_001, 'DnsFilterAgent')).toBe('DnsFilterAgent');
    expect(unitAt(NOW + 60_000, 'Another')).toBe('DnsFilterAgent');
  });

  it('asks for facts once in the life of a process, and again when its pid is reused', () => {
    const asked: number[] = [];
    const factsOf = (pid: number) => {
      asked.push(pid);
      return { executable: '', executableChangeMs: 0 };
    };
    const book = newBook();
    book.assign(sockets([2588]), { ...sighting([culprit]), factsOf });
    book.assign(sockets([2588]), { ...sighting([culprit]), factsOf });
    expect(asked).toEqual([2588]);
    book.assign(sockets([2588]), { ...sighting([{ ...culprit, startMs: culprit.startMs + 1 }]), factsOf });
    expect(asked).toEqual([2588, 2588]);
  });

  it('tells which owners are no longer there: ended, or another behind the same pid', () => {
    const other = { pid: 652, startMs: 1, image: 'lsass.exe', handles: 9 };
    const idle = { pid: 700, startMs: 1, image: 'idle.exe', handles: 9 };
    const book = newBook();
    expect(book.assign(sockets([2588], [652], [700]), sighting([culprit, other, idle])).exitedProcesses).toEqual([]);
    const { exitedProcesses } = book.assign(sockets(), sighting([{ ...culprit, startMs: NOW }, idle]));
    expect(exitedProcesses).toEqual([
      { pid: 2588, startMs: culprit.startMs },
      { pid: 652, startMs: 1 },
    ]);
  });
});

const rule = (name: string, executable?: RegExp, comm?: RegExp): ProcessNameRule => ({
  name,
  ...(executable === undefined ? {} : { executable }),
  ...(comm === undefined ? {} : { comm }),
});

describe('the name of a process', () => {
  it.each([
    ['dnsfilter.exe', 'dnsfilter'],
    ['SVCHOST.EXE', 'SVCHOST'],
    ['Memory Compression', 'Memory Compression'],
    [`${'x'.repeat(100)}.exe`, 'x'.repeat(64)],
    ['evil\u202e\u0007.exe', 'evil'],
    ['.exe', 'unnamed'],
  ])('of %s is %s', (image, name) => {
    expect(nameProcess(image, '', [])).toBe(name);
  });

  it('is that of the first rule of which everything matches', () => {
    const path = 'C:\\Apps\\billing\\node.exe';
    const rules = [
      rule('never', /^C:\\Other$/),
      rule('app $1', /^C:\\Apps\\(\w+)\\node\.exe$/, /^node$/),
      rule('late', undefined, /^node$/),
    ];
    expect(nameProcess('node.exe', path, rules)).toBe('app billing');
    expect(nameProcess('node.exe', '', rules)).toBe('late');
    expect(nameProcess('java.exe', path, rules)).toBe('java');
  });

  it('is never that of a rule by command line, which Windows does not tell', () => {
    const byCommandLine = { name: 'wrong', commandLine: /.*/ };
    expect(nameProcess('node.exe', '', [byCommandLine])).toBe('node');
  });
});
