import { describe, expect, it } from 'vitest';
import { decodeProcessTable } from '../../../../../src/platform/windows/owners/process-table.ts';
import { decodeServiceTable } from '../../../../../src/platform/windows/owners/service-table.ts';
import { unitsByPid } from '../../../../../src/platform/windows/owners/service-unit.ts';
import { buildProcessTable, buildServiceTable, fileTime } from '../build-tables.ts';

const ADDRESS = 0x7ff6_1234_5678n;

describe('the process table', () => {
  it('gives image, start time and handles of every process', () => {
    const bytes = buildProcessTable(
      [
        { pid: 0, created: 0n, image: '', handles: 0 },
        { pid: 4, created: fileTime(1_000), image: 'System', handles: 3_012 },
        { pid: 2_588, created: fileTime(1_772_000_000_250), image: 'dnsfilter.exe', handles: 17_001 },
        { pid: 3_000, created: fileTime(2_000), image: 'Prüf-服务.exe', handles: 1 },
      ],
      ADDRESS,
    );
    const processes = decodeProcessTable(bytes, ADDRESS);
    expect([...processes.keys()]).toEqual([0, 4, 2_588, 3_000]);
    const culprit = { pid: 2_588, startMs: 1_772_000_000_250, image: 'dnsfilter.exe', handles: 17_001 };
    expect(processes.get(2_588)).toEqual(culprit);
    expect(processes.get(0)).toEqual({ pid: 0, startMs: 0, image: '', handles: 0 });
    expect(processes.get(3_000)?.image).toBe('Prüf-服务.exe');
  });
});

describe('the service table', () => {
  it('gives name and process of every service, and marks copies of per-user services', () => {
    const entries = [
      { pid: 900, name: 'RpcSs' },
      { pid: 5_000, name: 'CDPUserSvc_5f2a1', type: 0xe0 },
    ];
    expect(decodeServiceTable(buildServiceTable(entries, ADDRESS), ADDRESS, 2)).toEqual([
      { pid: 900, name: 'RpcSs', isUserInstance: false },
      { pid: 5_000, name: 'CDPUserSvc_5f2a1', isUserInstance: true },
    ]);
  });
});

describe('units', () => {
  const service = (pid: number, name: string, isUserInstance = false) => ({ pid, name, isUserInstance });

  it('join the services of a process, sorted', () => {
    const units = unitsByPid([service(900, 'RpcSs'), service(900, 'RpcEptMapper'), service(1_180, 'Dnscache')]);
    expect([...units]).toEqual([
      [900, 'RpcEptMapper,RpcSs'],
      [1_180, 'Dnscache'],
    ]);
  });

  it('list three services of a svchost and the number of the others', () => {
    const units = unitsByPid(['e', 'd', 'c', 'b', 'a'].map((name) => service(700, name)));
    expect(units.get(700)).toBe('a,b,c+2');
  });

  it('cut the logon number of per-user services, so that every logon is the same unit', () => {
    const units = unitsByPid([service(1, 'CDPUserSvc_5f2a1', true), service(2, 'CDPUserSvc_aa03', true)]);
    expect([units.get(1), units.get(2)]).toEqual(['CDPUserSvc', 'CDPUserSvc']);
  });

  it('keep the name of an ordinary service that ends like a number', () => {
    expect(unitsByPid([service(1, 'clr_optimization_v4')]).get(1)).toBe('clr_optimization_v4');
  });

  it('have none for services that do not run', () => {
    expect([...unitsByPid([service(0, 'Stopped')])]).toEqual([]);
  });
});
