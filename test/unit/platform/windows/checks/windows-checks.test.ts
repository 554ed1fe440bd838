import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseFlags } from '../../../../../src/cli/parse-flags.ts';
import { createPlatformChecks } from '../../../../../src/platform/select.ts';
import { checkAudit } from '../../../../../src/platform/windows/checks/audit-check.ts';
import { checkBuild } from '../../../../../src/platform/windows/checks/build-check.ts';
import { checkEventLog } from '../../../../../src/platform/windows/checks/event-log-check.ts';
import { checkExecutables } from '../../../../../src/platform/windows/checks/executables-check.ts';
import { checkDataFolder, checkProgramFolder } from '../../../../../src/platform/windows/checks/folder-checks.ts';
import { findListener } from '../../../../../src/platform/windows/checks/listener.ts';
import { checkNativeCalls } from '../../../../../src/platform/windows/checks/native-calls-check.ts';
import { writersOf } from '../../../../../src/platform/windows/checks/sddl.ts';
import { checkTableRows } from '../../../../../src/platform/windows/checks/table-rows-check.ts';
import { NATIVE_PARTS, type NativeReport } from '../../../../../src/platform/windows/probe/native-probe.ts';
import {
  TCP4_BOUND,
  TCP4_MODULE,
  TCP6_BOUND,
  TCP6_MODULE,
} from '../../../../../src/platform/windows/tables/table-layout.ts';
import { buildTable, fileTime } from '../build-tables.ts';
import { ACCESS_DENIED, fakeLog } from '../events/audit-log.ts';
import { readFixture } from '../read-fixture.ts';

/** As Windows gives it to a folder of ProgramData that nobody looked after: users may add files. */
const OPEN =
  'O:BAD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)';
/** As `service configure` leaves it. */
const SERVICE = 'S-1-5-80-1-2-3-4-5';
const SHUT = `O:BAD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;${SERVICE})`;
/** As Program Files has it. */
const PROGRAMS =
  'O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:PAI' +
  '(A;;FA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)(A;;0x1301bf;;;SY)(A;;0x1301bf;;;BA)' +
  '(A;OICIIO;GA;;;CO)(A;;0x1200a9;;;BU)(A;;0x1200a9;;;AC)';

const ALL_WELL = Object.fromEntries(NATIVE_PARTS.map((part) => [part, ''])) as NativeReport;
const LOCAL = [10, 0, 0, 1];

describe('who may write a file', () => {
  it.each([
    [OPEN, [SERVICE], ['BU']],
    [SHUT, [SERVICE], []],
    [SHUT, [], [SERVICE]],
    [PROGRAMS, [], []],
    ['O:BAD:(A;;FW;;;WD)(A;;FR;;;AU)', [], ['WD']],
    ['O:BAD:(D;;FA;;;WD)(A;;0x1200a9;;;AU)', [], []],
    ['O:BAD:(A;;WD;;;S-1-5-21-1-2-3-1001)', [], ['S-1-5-21-1-2-3-1001']],
    ['O:BAD:NO_ACCESS_CONTROL', [], ['(everybody)']],
    ['O:BA', [], ['(everybody)']],
  ])('%s', (sddl, allowed, writers) => {
    expect(writersOf(sddl, allowed)).toEqual(writers);
  });
});

describe('the folders of the service', () => {
  const folder = mkdtempSync(`${tmpdir()}/eph-folder-`);

  it('are well when only those may write who should', () => {
    expect(checkDataFolder(folder, SERVICE, () => SHUT)).toMatchObject({ result: 'ok' });
    expect(checkProgramFolder(folder, () => PROGRAMS)).toMatchObject({ result: 'ok' });
  });

  it('are told with who else may, the list itself, and what to do', () => {
    const data = checkDataFolder(folder, SERVICE, () => OPEN);
    expect(data).toMatchObject({ result: 'warning', remedy: expect.stringContaining('service configure') });
    expect(data.why).toContain(`BU can write ${folder}: ${OPEN}`);
    expect(checkProgramFolder(folder, () => OPEN)).toMatchObject({ result: 'warning' });
  });

  it('need not be there', () => {
    rmSync(folder, { recursive: true });
    expect(checkDataFolder(folder, SERVICE, () => OPEN)).toMatchObject({ result: 'not_applicable' });
  });
});

describe('the build and its native calls', () => {
  it('of Server 2019 and later show bound ports at once', () => {
    expect(checkBuild('10.0.17763')).toMatchObject({ result: 'ok' });
    expect(checkBuild('10.0.14393')).toMatchObject({ result: 'warning', why: expect.stringContaining('10.0.14393') });
  });

  it('are told with the reason of each that is not used', () => {
    expect(checkNativeCalls(ALL_WELL)).toMatchObject({ result: 'ok' });
    const { result, why } = checkNativeCalls({ ...ALL_WELL, bound: 'no such function' });
    expect([result, why]).toEqual(['warning', 'not used: bound (no such function)']);
  });
});

describe('the tables', () => {
  const created = fileTime(Date.UTC(2026, 2, 2));
  const tables = {
    tcp: (family: 4 | 6) =>
      family === 6
        ? buildTable(TCP6_MODULE, [])
        : buildTable(TCP4_MODULE, [
            { state: 2, local: LOCAL, localPort: 135, pid: 900, created },
            { state: 5, local: LOCAL, localPort: 50_001, remotePort: 443, pid: 2588, created },
            { state: 11, local: LOCAL, localPort: 50_002, remotePort: 443, pid: 0 },
          ]),
    udp: () => Buffer.alloc(4),
  };
  const bound = {
    bound: (family: 4 | 6) =>
      family === 6
        ? buildTable(TCP6_BOUND, [])
        : buildTable(TCP4_BOUND, [
            { local: LOCAL, localPort: 50_001, pid: 2588 },
            { local: LOCAL, localPort: 50_400, pid: 2588 },
          ]),
  };

  it('tell what no documentation does: time, ports in both, rows with a creation time', () => {
    let nowMs = 0;
    const { why } = checkTableRows(tables, bound, () => (nowMs += 7));
    expect(why).toBe(
      '3 TCP rows and 2 bound ones in 7 ms; 1 bound ports have another socket too; created known of 2 of 3, in TIME_WAIT of 0 of 1',
    );
  });

  it('tell who listens on a port', () => {
    const processes = () => new Map([[900, { pid: 900, startMs: 1, image: 'svchost.exe', handles: 1 }]]);
    expect(findListener(135, tables, processes)).toBe('svchost (pid 900)');
    expect(findListener(50_001, tables, processes)).toBe('');
  });
});

describe('rights', () => {
  const list = () => new Map([4, 900, 2588].map((pid) => [pid, { pid, startMs: 1, image: 'x.exe', handles: 1 }]));
  const calls = (hidden: readonly number[]) => ({
    list,
    factsOf: (pid: number) => ({ executable: hidden.includes(pid) ? '' : 'C:\\x.exe', executableChangeMs: 0 }),
  });

  it('to see executables are counted, the kernel left out', () => {
    expect(checkExecutables(calls([4]))).toMatchObject({ result: 'ok', why: expect.stringContaining('2 of 2') });
    expect(checkExecutables(calls([900]))).toMatchObject({ result: 'warning', why: expect.stringContaining('1 of 2') });
  });
});

describe('the logs', () => {
  it('tell how many of each watched event there are, and when the last was', () => {
    const events = readFixture('wevtutil-system.xml')
      .toString()
      .split(/(?<=<\/Event>)/)
      .filter((text) => text.includes('<Event'));
    const { result, why } = checkEventLog(fakeLog(events).query, () => 0);
    expect(result).toBe('ok');
    expect(why).toContain('4227: 1 (last 2026-03-02T09:12:31.002Z), 4231: 1 (last 2026-03-02T09:14:07.123Z)');
  });

  it('say whether the audit log that was asked for can be read', () => {
    const refuse = () => () => {
      throw ACCESS_DENIED;
    };
    expect(checkAudit('off', refuse)).toMatchObject({ result: 'not_applicable' });
    expect(checkAudit('security', () => fakeLog().query)).toMatchObject({ result: 'ok' });
    expect(checkAudit('auto', refuse)).toMatchObject({
      result: 'warning',
      remedy: expect.stringContaining('Event Log Readers'),
    });
    expect(() => checkAudit('sysmon', refuse)).toThrow('sysmon log');
  });
});

it('doctor has these checks on Windows, and no other platform does', () => {
  const { settings } = parseFlags([], { env: {}, platform: 'win32', uid: -1 });
  const namesOn = (platform: NodeJS.Platform) =>
    createPlatformChecks(settings, platform).checks.map(({ name }) => name);
  expect(namesOn('win32')).toEqual([
    'windows-build',
    'native-calls',
    'table-rows',
    'executables',
    'event-log',
    'audit-log',
    'service',
    'data-folder',
    'program-folder',
  ]);
  // Without koffi for Windows, as here, a native call that fails is no failure of the whole.
  const events = createPlatformChecks(settings, 'win32').checks.find(({ name }) => name === 'event-log');
  expect(events?.run()).toMatchObject({ result: 'warning', why: expect.stringContaining('wevtapi.dll') });
  expect(namesOn('linux')).not.toContain('windows-build');
  expect(createPlatformChecks(settings, 'win32').reserveCommand(10_071)).toContain('startport=10071');
});
