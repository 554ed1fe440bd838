import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../../../src/model/address.ts';
import { SOCKET_STATE } from '../../../../../src/model/socket-state.ts';
import * as cim from '../../../../../src/platform/windows/commands/cim-rows.ts';
import { NO_PID } from '../../../../../src/platform/windows/sockets/windows-sockets.ts';
import { readFixture } from '../read-fixture.ts';

const UNREADABLE = expect.objectContaining({ code: 'EPH_WINDOWS_OUTPUT' });

describe('TCP rows of CIM', () => {
  it('give the sockets of the sample by their numbers', () => {
    interface Captured {
      readonly [field: string]: string | number;
    }
    const captured = JSON.parse(readFixture('cim-nettcpconnection.json').toString()) as readonly Captured[];
    const lines = captured.map((row) => ['la', 'lp', 'ra', 'rp', 's', 'p'].map((field) => row[field]).join('|'));
    const { columns, pid } = cim.socketsOfCimTcp(lines);
    expect([...columns.localPort.slice(0, columns.length)]).toEqual([135, 50_400, 50_230, 50_511]);
    const { listen, bound, time_wait } = SOCKET_STATE;
    expect([...columns.state.slice(0, 4)]).toEqual([listen, bound, time_wait, bound]);
    expect([...columns.family.slice(0, 4)]).toEqual([4, 4, 4, 6]);
    expect([...pid.slice(0, 4)]).toEqual([900, 2588, 0, 2588]);
    expect(formatEndpoint(columns.remote, 8, columns.remotePort[2] as number)).toBe('198.51.100.9:445');
  });

  it('keep a row whose OwningProcess is missing, without an owner', () => {
    const { columns, pid } = cim.socketsOfCimTcp(['0.0.0.0|50400|0.0.0.0|0|100|']);
    expect([columns.length, pid[0]]).toEqual([1, NO_PID]);
  });

  it('show no peer of a bound row that carries one', () => {
    const { columns } = cim.socketsOfCimTcp(['0.0.0.0|50400|169.254.169.254|80|100|2588']);
    expect([columns.remotePort[0], columns.remote[3]]).toEqual([0, 0]);
  });

  it('take addresses with a scope', () => {
    const { columns } = cim.socketsOfCimTcp(['fe80::1%5|50000|fe80::2%5|445|5|4']);
    expect(formatEndpoint(columns.remote, 0, 445)).toBe('[fe80::2]:445');
  });

  it.each(['', '0.0.0.0|1|0.0.0.0|0|2', '0.0.0.0|1|0.0.0.0|0|Listen|4', 'x|1|0.0.0.0|0|2|4', '0.0.0.0|70000|::|0|2|4'])(
    'refuse %j',
    (line) => {
      expect(() => cim.socketsOfCimTcp([line])).toThrow(UNREADABLE);
    },
  );
});

describe('UDP rows of CIM', () => {
  it('give unconnected sockets', () => {
    const { columns, pid } = cim.socketsOfCimUdp(['::|54321|1180', '127.0.0.1|55001|']);
    expect([...columns.state.slice(0, 2)]).toEqual([SOCKET_STATE.unconnected, SOCKET_STATE.unconnected]);
    expect([...columns.protocol.slice(0, 2)]).toEqual([1, 1]);
    expect([...pid.slice(0, 2)]).toEqual([1180, NO_PID]);
  });
});

describe('processes and services of CIM', () => {
  it('carry start, handles and path where they are told', () => {
    const path = 'C:\\Program Files\\DnsFilter\\dnsfilter.exe';
    // 2026-03-02T07:00:11.5Z in .NET ticks.
    const lines = [`2588|639080316115000000|17001|dnsfilter.exe|${path}`, '4|||System|'];
    expect(cim.processesOfCim(lines)).toEqual([
      { pid: 2588, startMs: Date.UTC(2026, 2, 2, 7, 0, 11, 500), handles: 17_001, image: 'dnsfilter.exe', path },
      { pid: 4, startMs: 0, handles: -1, image: 'System', path: '' },
    ]);
  });

  it('tell copies of per-user services by their names', () => {
    expect(cim.servicesOfCim(['900|RpcSs', '5000|CDPUserSvc_5f2a1'])).toEqual([
      { pid: 900, name: 'RpcSs', isUserInstance: false },
      { pid: 5000, name: 'CDPUserSvc_5f2a1', isUserInstance: true },
    ]);
  });
});
