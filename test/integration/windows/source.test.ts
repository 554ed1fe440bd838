import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/model/owner-code.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { SOCKET_STATE } from '../../../src/model/socket-state.ts';
import { startWine, WINE_START_MS, type Wine } from '../../helpers/wine.ts';

/** What read-host.js prints. */
interface HostReading {
  readonly pid: number;
  readonly serverPort: number;
  readonly clientPorts: readonly number[];
  readonly udpPort: number;
  readonly notices: readonly string[];
  readonly samples: readonly Sample[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures/windows', name), 'latin1');

/** netsh as on a host whose range is that of the Linux under Wine, so that the sockets of the test lie in it. */
const NETSH = Object.fromEntries(
  ['ipv4', 'ipv6'].flatMap((af) =>
    ['tcp', 'udp'].flatMap((protocol) => {
      const name = `netsh-int-${af}-show`;
      const range = 'Titel\r\n---------------------------------\r\nStartport : 32768\r\nAnzahl: 28232\r\n\r\n';
      return [
        [`${name}-dynamicport-${protocol}`, range],
        [`${name}-excludedportrange-${protocol}`, fixture('netsh-excludedportrange.en.txt')],
      ];
    }),
  ),
);

/** `-ano` of the moment of the English sample: its rows but the bound ones. */
const NETSTAT = {
  'netstat-anoq': fixture('netstat-anoq.en.txt'),
  'netstat-ano': fixture('netstat-anoq.en.txt')
    .split('\r\n')
    .filter((line) => !line.includes('BOUND'))
    .join('\r\n'),
};

const CIM = {
  MSFT_NetTCPConnection: '0.0.0.0|50400|0.0.0.0|0|100|2588\n::|50511|::|0|100|\n0.0.0.0|135|0.0.0.0|0|2|900\n',
  MSFT_NetUDPEndpoint: '0.0.0.0|54321|1180\n',
  Win32_Process: '2588|639080316115000000|17001|dnsfilter.exe|\n900|||svchost.exe|\n1180|||svchost.exe|\n',
  Win32_Service: '2588|DnsFilterAgent\n900|RpcSs\n1180|Dnscache\n',
};

let wine: Wine;

beforeAll(() => {
  wine = startWine();
  for (const name of ['netsh', 'netstat', 'tasklist']) wine.replaceProgram(`${name}.exe`, 'canned-output.c');
  wine.replaceProgram('WindowsPowerShell/v1.0/powershell.exe', 'canned-powershell.c');
}, WINE_START_MS);

afterAll(() => wine.close());

beforeEach(() => wine.setCanned(NETSH));

async function readHost(choice = 'auto', boundLibrary = 'iphlpapi.dll'): Promise<HostReading> {
  const output = join(wine.app, 'reading.json');
  const { exitCode, stdout, stderr } = await wine.node('read-host.js', [output, choice, boundLibrary]);
  expect({ exitCode, stdout, stderr: stderr.replaceAll('\0', '') }).toMatchObject({ exitCode: 0 });
  const reading = JSON.parse(readFileSync(output, 'utf8')) as HostReading;
  rmSync(output);
  return reading;
}

function sourceOf({ samples }: HostReading, piece: string): string | undefined {
  return samples[0]?.sources.find((source) => source.piece === piece)?.source;
}

/** Local ports of the rows in a state. */
function portsIn({ samples: [sample] }: HostReading, state: number): number[] {
  const { localPort, state: states } = (sample as Sample).sockets;
  return [...localPort].filter((_, row) => states[row] === state).sort((a, b) => a - b);
}

describe('a Windows with iphlpapi, under Wine', () => {
  let reading: HostReading;

  beforeAll(async () => {
    wine.setCanned(NETSH);
    reading = await readHost();
  }, WINE_START_MS);

  it('gives exactly the client connections that the test opened, with their process', () => {
    const sample = reading.samples[0] as Sample;
    const { localPort, remotePort, state, process } = sample.sockets;
    const rows = [...localPort.keys()].filter(
      (row) => remotePort[row] === reading.serverPort && state[row] === SOCKET_STATE.established,
    );
    const ports = rows.map((row) => localPort[row] as number).sort((a, b) => a - b);
    expect(ports).toEqual([...reading.clientPorts].sort((a, b) => a - b));
    const owners = new Set(rows.map((row) => sample.processes[process[row] as number]?.pid));
    expect([...owners]).toEqual([reading.pid]);
    expect(sample.processes.find(({ pid }) => pid === reading.pid)?.name).toBe('node');
  });

  it('gives the listener and the UDP socket', () => {
    expect(portsIn(reading, SOCKET_STATE.listen)).toContain(reading.serverPort);
    expect(portsIn(reading, SOCKET_STATE.unconnected)).toContain(reading.udpPort);
  });

  it('gives four ranges with their exclusions, and warns of a listen port inside of them', () => {
    const sample = reading.samples[0] as Sample;
    const ranges = sample.namespaces[0]?.ranges ?? [];
    expect(ranges.map(({ protocol, af, first, last }) => `${protocol} ${af} ${first}-${last}`)).toEqual([
      'tcp ipv4 32768-60999',
      'tcp ipv6 32768-60999',
      'udp ipv4 32768-60999',
      'udp ipv6 32768-60999',
    ]);
    expect(ranges[0]?.excluded).toContainEqual({ first: 50_000, last: 50_059 });
    // 50010 is excluded already: nothing to warn of.
    expect(sample.problems.filter(({ code }) => code === 'EPH_LISTEN_IN_RANGE')).toEqual([]);
  });

  it('binds and closes a socket of each protocol and family', () => {
    expect((reading.samples[0] as Sample).probes.map(({ code }) => code)).toEqual(['', '', '', '']);
  });

  it('says that it cannot see bound ports, and why, and does not call them none', () => {
    const sample = reading.samples[0] as Sample;
    expect(sourceOf(reading, 'tcp')).toBe('iphlpapi');
    expect(sourceOf(reading, 'bound')).toBe('none');
    expect(sample.namespaces[0]?.boundVisible).toBe(false);
    expect(sample.problems.find(({ piece }) => piece === 'bound')?.code).toBe('EPH_BOUND_INVISIBLE');
    expect(reading.notices.join()).toContain("Cannot find function 'InternalGetBoundTcpEndpointTable'");
  });

  it('says so when it finds no audit log, and reads on without', () => {
    expect(sourceOf(reading, 'trace')).toBe('none');
    expect(reading.notices.join()).toContain('no audit log can be read: sysmon log: EvtQuery');
    expect((reading.samples[0] as Sample).pieces.find(({ piece }) => piece === 'trace')?.success).toBe(true);
  });

  it('gives no event count where the event log cannot be read', () => {
    const sample = reading.samples[0] as Sample;
    expect(sample.systemEvents).toEqual([]);
    expect(sample.pieces.find(({ piece }) => piece === 'events')?.success).toBe(false);
  });
});

describe('the bound tables', () => {
  it('arrive for both families, with the state that they stand for', async () => {
    const reading = await readHost('auto', wine.buildBoundLibrary('bound.dll', []));
    expect(sourceOf(reading, 'bound')).toBe('iphlpapi');
    expect(portsIn(reading, SOCKET_STATE.bound)).toEqual([50_400, 50_401, 50_402, 50_511]);
    const sample = reading.samples[0] as Sample;
    expect(sample.namespaces[0]?.boundVisible).toBe(true);
    const rows = [...sample.sockets.state.keys()].filter((row) => sample.sockets.state[row] === SOCKET_STATE.bound);
    const owners = rows.map((row) => sample.processes[sample.sockets.process[row] as number]?.pid);
    expect(owners).toEqual([reading.pid, reading.pid, reading.pid, reading.pid]);
  });

  it('may be empty, which is not the same as invisible', async () => {
    const reading = await readHost('auto', wine.buildBoundLibrary('empty.dll', ['EMPTY']));
    expect(sourceOf(reading, 'bound')).toBe('iphlpapi');
    expect(portsIn(reading, SOCKET_STATE.bound)).toEqual([50_511]);
  });

  it('that crash take only the probe process with them', async () => {
    wine.setCanned({ ...NETSH, ...NETSTAT });
    const reading = await readHost('auto', wine.buildBoundLibrary('crash.dll', ['CRASH']));
    expect(reading.samples).toHaveLength(2);
    expect(sourceOf(reading, 'tcp')).toBe('iphlpapi');
    expect(sourceOf(reading, 'bound')).toBe('netstat');
    expect(reading.notices.join()).toContain('the probe process gave no answer');
  });

  it('that claim rows which are not there are not used', async () => {
    const reading = await readHost('auto', wine.buildBoundLibrary('lying.dll', ['LYING']));
    expect(sourceOf(reading, 'bound')).toBe('none');
    expect(reading.notices.join()).toContain('1000000 rows need');
  });
});

describe('the fallbacks', () => {
  it('read bound ports by CIM where only they are missing', async () => {
    wine.setCanned({ ...NETSH, ...CIM, MSFT_NetTCPConnection: '0.0.0.0|50400|0.0.0.0|0|100|2588\n' });
    const reading = await readHost();
    expect(['tcp', 'bound', 'udp', 'owners'].map((piece) => sourceOf(reading, piece))).toEqual([
      'iphlpapi',
      'cim',
      'iphlpapi',
      'ntdll',
    ]);
    expect(portsIn(reading, SOCKET_STATE.bound)).toEqual([50_400]);
    expect(portsIn(reading, SOCKET_STATE.established)).toEqual(expect.arrayContaining([...reading.clientPorts]));
  });

  it('read everything by CIM when asked to, and keep a row without an owner', async () => {
    wine.setCanned({ ...NETSH, ...CIM });
    const reading = await readHost('cim');
    expect(reading.error).toBeNull();
    expect(['tcp', 'bound', 'udp', 'owners'].map((piece) => sourceOf(reading, piece))).toEqual(
      new Array(4).fill('cim'),
    );
    const sample = reading.samples[0] as Sample;
    expect(portsIn(reading, SOCKET_STATE.bound)).toEqual([50_400, 50_511]);
    const culprit = sample.processes.find(({ pid }) => pid === 2588);
    const startMs = Date.UTC(2026, 2, 2, 7, 0, 11, 500);
    expect(culprit).toMatchObject({ name: 'dnsfilter', unit: 'DnsFilterAgent', startMs, handles: 17_001 });
    const orphan = [...sample.sockets.localPort].indexOf(50_511);
    expect(sample.sockets.process[orphan]).toBe(OWNER_CODE.gone);
  });

  it('read everything by netstat and tasklist when asked to', async () => {
    wine.setCanned({ ...NETSH, ...NETSTAT, 'tasklist-svc-fo-csv-nh': fixture('tasklist-svc.en.csv') });
    const reading = await readHost('netstat');
    expect(reading.error).toBeNull();
    expect(['tcp', 'bound', 'udp', 'owners'].map((piece) => sourceOf(reading, piece))).toEqual([
      'netstat',
      'netstat',
      'netstat',
      'tasklist',
    ]);
    expect(portsIn(reading, SOCKET_STATE.bound)).toEqual([
      50_390, 50_400, 50_401, 50_402, 50_403, 50_404, 50_405, 50_511,
    ]);
    const sample = reading.samples[0] as Sample;
    expect(sample.processes.find(({ pid }) => pid === 2588)).toMatchObject({
      name: 'dnsfilter',
      unit: 'DnsFilterAgent',
    });
    const timeWait = [...sample.sockets.localPort].indexOf(50_230);
    expect(sample.sockets.process[timeWait]).toBe(OWNER_CODE.timeWait);
  });

  it('are a clear error when the one asked for prints nothing', async () => {
    const { samples, error } = await readHost('netstat');
    expect(samples).toEqual([]);
    expect(error?.code).toBe('EPH_SOURCE_UNAVAILABLE');
    expect(error?.message).toContain('it ended well and printed nothing');
  });
});
