import { describe, expect, it } from 'vitest';
import { ExporterError } from '../../../../src/errors.ts';
import { formatEndpoint } from '../../../../src/model/address.ts';
import { OWNER_CODE } from '../../../../src/model/owner-code.ts';
import type { Sample } from '../../../../src/model/sample.ts';
import { SOCKET_STATE } from '../../../../src/model/socket-state.ts';
import { createWindowsReader } from '../../../../src/platform/windows/reader.ts';
import { LATE } from '../../../../src/platform/worker-readings.ts';
import { fakeHost, partsOf, START } from './fake-parts.ts';

const NEVER = new Promise<never>(() => {});
const BROKEN = new ExporterError('EPH_WINDOWS_CALL', 'GetExtendedTcpTable failed with status 5');

function ports({ sockets }: Sample, state: keyof typeof SOCKET_STATE): number[] {
  const rows = [...sockets.localPort.keys()].filter((row) => row < sockets.length);
  return rows
    .filter((row) => sockets.state[row] === SOCKET_STATE[state])
    .map((row) => sockets.localPort[row] as number);
}

function outcome({ pieces }: Sample, piece: string): object | undefined {
  return pieces.find((known) => known.piece === piece);
}

describe('a reading of Windows', () => {
  it('is one namespace, host, with the sockets inside its ranges', async () => {
    const host = fakeHost();
    host.tcp = [
      ['listen', 443, 4],
      ['syn_sent', 50_377, 2588, '169.254.169.254 80'],
    ];
    host.bound = [['bound', 50_400, 2588]];
    host.udp = [
      ['unconnected', 123, 4],
      ['unconnected', 55_001, 2588],
    ];
    const sample = await createWindowsReader(partsOf(host)).read(NEVER);
    expect(sample.namespaces).toMatchObject([{ name: 'host', inode: '', container: '', boundVisible: true }]);
    expect(ports(sample, 'listen')).toEqual([]);
    expect([ports(sample, 'syn_sent'), ports(sample, 'bound'), ports(sample, 'unconnected')]).toEqual([
      ...[[50_377], [50_400], [55_001]],
    ]);
    const row = [...sample.sockets.localPort].indexOf(50_377);
    const { remote, remotePort } = sample.sockets;
    expect(formatEndpoint(remote, row * 4, remotePort[row] as number)).toBe('169.254.169.254:80');
    expect(sample.processes).toMatchObject([{ pid: 2588, name: 'dnsfilter', unit: 'DnsFilterAgent', handles: 17_001 }]);
    expect([...sample.sockets.process]).toEqual([0, 0, 0]);
  });

  it('carries times, boot, probes and events', async () => {
    const host = fakeHost();
    const sample = await createWindowsReader(partsOf(host)).read(NEVER);
    const bootId = `system-${START - 1_000_000}`;
    expect(sample).toMatchObject({ takenAtMs: START, bootMs: 1_000_000, bootId, timeWaitSeconds: 45, tcpTwReuse: -1 });
    expect(sample.probes).toEqual([{ protocol: 'tcp', af: 'ipv4', code: '' }]);
    expect(sample.systemEvents).toEqual([{ eventId: 4231, provider: 'Tcpip', count: 2, lastMs: 5 }]);
    expect(host.noticed).toEqual([50_000]);
    expect(sample.pieces.map(({ piece, success }) => `${piece} ${success}`)).toEqual([
      'range true',
      'bound true',
      'tcp true',
      'udp true',
      'owners true',
      'probe true',
      'events true',
    ]);
  });

  it('keeps the rows of a piece that fails for a minute, and says that it failed', async () => {
    const host = fakeHost();
    host.bound = [['bound', 50_400, 2588]];
    const reader = createWindowsReader(partsOf(host));
    await reader.read(NEVER);
    host.bound = BROKEN;
    host.nowMs = 59_000;
    const soon = await reader.read(NEVER);
    expect(ports(soon, 'bound')).toEqual([50_400]);
    expect(outcome(soon, 'bound')).toMatchObject({ success: false, timedOut: false });
    expect(soon.problems).toEqual([{ piece: 'bound', code: 'EPH_WINDOWS_CALL', message: BROKEN.message }]);
    host.nowMs = 61_000;
    const later = await reader.read(NEVER);
    expect(ports(later, 'bound')).toEqual([]);
    expect(outcome(later, 'bound')).toMatchObject({ success: false });
  });

  it('that is late marks the piece that hangs, and goes on with what needs no waiting', async () => {
    const host = fakeHost();
    host.bound = [['bound', 50_400, 2588]];
    host.tcp = NEVER;
    let setLate: (reason: symbol) => void = () => {};
    const late = new Promise<never>((_, reject) => {
      setLate = reject;
    });
    const reading = createWindowsReader(partsOf(host)).read(late);
    await new Promise((resolve) => setTimeout(resolve, 5));
    setLate(LATE);
    const sample = await reading;
    expect(outcome(sample, 'bound')).toMatchObject({ success: true });
    expect(outcome(sample, 'tcp')).toMatchObject({ success: false, timedOut: true });
    expect(outcome(sample, 'owners')).toMatchObject({ success: true });
    expect([ports(sample, 'bound'), sample.processes.length]).toEqual([[50_400], 1]);
  });

  it('without a look at the processes leaves every owner unknown', async () => {
    const host = fakeHost();
    host.tcp = [
      ['established', 50_001, 2588, '10.0.0.2 443'],
      ['time_wait', 50_002, 0, '10.0.0.2 443'],
      ['listen', 50_003, 4],
    ];
    const owners = {
      name: 'fake',
      read: () => {
        throw BROKEN;
      },
    };
    const sample = await createWindowsReader(partsOf(host, { owners })).read(NEVER);
    expect([...sample.sockets.process]).toEqual([OWNER_CODE.gone, OWNER_CODE.timeWait, OWNER_CODE.kernel]);
    expect(outcome(sample, 'owners')).toMatchObject({ success: false });
  });

  it('reads nothing that is switched off', async () => {
    const host = fakeHost();
    host.udp = BROKEN;
    host.bound = [['bound', 50_400, 2588]];
    const parts = partsOf(host);
    const collectors = { ...parts.collectors, udp: false, bound: false, probe: false };
    const sample = await createWindowsReader({ ...parts, collectors }).read(NEVER);
    expect(sample.pieces.map(({ piece }) => piece)).toEqual(['range', 'tcp', 'owners', 'events']);
    expect(sample.namespaces[0]?.boundVisible).toBe(false);
    expect([ports(sample, 'bound'), sample.probes, sample.problems]).toEqual([[], [], []]);
  });

  it('without a range has no socket, and says why', async () => {
    const host = fakeHost();
    host.tcp = [['established', 50_001, 2588, '10.0.0.2 443']];
    const problem = { piece: 'range', code: 'EPH_RANGE_UNREADABLE', message: 'netsh: nothing' } as const;
    const ranges = { read: async () => ({ ranges: [], problems: [problem] }), noticePort: () => {} };
    const sample = await createWindowsReader(partsOf(host, { ranges })).read(NEVER);
    expect(sample.sockets.length).toBe(0);
    expect(sample.problems[0]).toEqual(problem);
    expect(outcome(sample, 'range')).toMatchObject({ success: false });
  });
});
