import { describe, expect, it } from 'vitest';
import { unitsByPid } from '../../../../../src/platform/windows/owners/service-unit.ts';
import { parseTasklist } from '../../../../../src/platform/windows/owners/tasklist-output.ts';
import { readFixture } from '../read-fixture.ts';

const UNREADABLE = expect.objectContaining({ code: 'EPH_WINDOWS_OUTPUT' });

describe('tasklist /svc', () => {
  it('gives images and units in English', () => {
    const { processes, services } = parseTasklist(readFixture('tasklist-svc.en.csv'));
    expect(processes.size).toBe(8);
    expect(processes.get(3344)).toEqual({ pid: 3344, startMs: 0, image: 'chrome.exe', handles: -1 });
    expect([...unitsByPid(services)]).toEqual([
      [652, 'Netlogon,SamSs'],
      [900, 'RpcEptMapper,RpcSs'],
      [1180, 'Dnscache'],
      [2204, 'SSDPSRV'],
      [2588, 'DnsFilterAgent'],
    ]);
  });

  it('needs no word of German to know that a process hosts no service', () => {
    const { processes, services } = parseTasklist(readFixture('tasklist-svc.de.cp850.csv'));
    expect([...processes.keys()]).toEqual([0, 4, 900, 2588]);
    expect([...unitsByPid(services)]).toEqual([
      [900, 'RpcEptMapper,RpcSs'],
      [2588, 'DnsFilterAgent'],
    ]);
  });

  it.each([
    '',
    '"a.exe","5"',
    'INFO: No tasks are running.',
    '"A","B","C"\r\n',
    '"a","1","x"\r\n"b","y","z"\r\n',
    '"a","1","x"',
  ])('refuses %j', (output) => {
    expect(() => parseTasklist(Buffer.from(output))).toThrow(UNREADABLE);
  });
});
