import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { checkBuild } from '../../../src/platform/windows/checks/build-check.ts';
import { writersOf } from '../../../src/platform/windows/checks/sddl.ts';
import { decodeRestartDelays, decodeServiceConfig } from '../../../src/platform/windows/checks/service-settings.ts';
import * as cim from '../../../src/platform/windows/commands/cim-rows.ts';
import { parseNetstat } from '../../../src/platform/windows/commands/netstat-output.ts';
import { socketsOfNetstat } from '../../../src/platform/windows/commands/netstat-sockets.ts';
import { endpointOf } from '../../../src/platform/windows/commands/text-rows.ts';
import { parseAuditEvent } from '../../../src/platform/windows/events/audit-event.ts';
import { decodeEventOutput, eventData, parseEventXml } from '../../../src/platform/windows/events/event-xml.ts';
import { nameProcess } from '../../../src/platform/windows/owners/process-name.ts';
import { decodeProcessTable } from '../../../src/platform/windows/owners/process-table.ts';
import { decodeServiceTable } from '../../../src/platform/windows/owners/service-table.ts';
import { looksLikeUserInstance } from '../../../src/platform/windows/owners/service-unit.ts';
import { parseTasklist } from '../../../src/platform/windows/owners/tasklist-output.ts';
import { readNativeReport, windowsBuildOf } from '../../../src/platform/windows/probe/native-probe.ts';
import { parseDynamicPort, parseExcludedPortRange } from '../../../src/platform/windows/range/netsh-output.ts';
import { ALL_PORTS, createWindowsSockets } from '../../../src/platform/windows/sockets/windows-sockets.ts';
import { decodeSocketTable } from '../../../src/platform/windows/tables/socket-table.ts';
import * as layouts from '../../../src/platform/windows/tables/table-layout.ts';
import {
  buildProcessTable,
  buildServiceTable,
  buildTable,
  fileTime,
} from '../../unit/platform/windows/build-tables.ts';
import { type FuzzTarget, fuzzTarget } from './fuzz-target.ts';
import { mutatedBytes, mutatedText, mutatedTextBytes } from './mutate.ts';

const ADDRESS = 0x1_0000_0000n;
const LAYOUTS = Object.values(layouts).filter((value) => typeof value === 'object');
const sample = (name: string): Buffer => readFileSync(new URL(`../../fixtures/windows/${name}`, import.meta.url));
const linesOf = (text: string): string[] => text.split('\n');

const tableOf = (layout: layouts.TableLayout): Buffer =>
  buildTable(
    layout,
    [1, 2].map((last) => ({
      local: Array(layout.family === 4 ? 4 : 16).fill(last),
      localPort: 49_152,
      remotePort: 443,
      pid: 900,
    })),
    16,
  );
const socketTable = fc
  .nat(LAYOUTS.length - 1)
  .map((index) => LAYOUTS[index] as layouts.TableLayout)
  .chain((layout) => mutatedBytes([tableOf(layout)]).map((bytes) => ({ layout, bytes })));
const processes = [
  { pid: 0, created: 0n, image: '', handles: 0 },
  { pid: 4321, created: fileTime(1_700_000_000_000), image: 'filter.exe', handles: 99 },
];
const services = [
  { pid: 900, name: 'RpcSs' },
  { pid: 901, name: 'CDPUserSvc_5f2a1', type: 0xf0 },
];

const netstat = (bytes: Uint8Array): unknown => {
  const rows = parseNetstat(bytes);
  return socketsOfNetstat({ before: rows, withBound: rows, after: [] });
};

/** What Windows says, in tables and in the output of its programs. */
export const WINDOWS_TARGETS: readonly FuzzTarget[] = [
  fuzzTarget('platform/windows/tables/socket-table.ts decodeSocketTable', socketTable, ({ layout, bytes }) =>
    decodeSocketTable(bytes, layout, { wanted: ALL_PORTS.tcp, isBoundTable: false }, createWindowsSockets(1)),
  ),
  fuzzTarget(
    'platform/windows/owners/process-table.ts decodeProcessTable',
    mutatedBytes([buildProcessTable(processes, ADDRESS)]),
    (bytes) => decodeProcessTable(bytes, ADDRESS),
  ),
  fuzzTarget(
    'platform/windows/owners/service-table.ts decodeServiceTable',
    fc.tuple(mutatedBytes([buildServiceTable(services, ADDRESS)]), fc.nat(4)),
    ([bytes, count]) => decodeServiceTable(bytes, ADDRESS, count),
  ),
  fuzzTarget(
    'platform/windows/commands/netstat-output.ts parseNetstat',
    mutatedTextBytes([sample('netstat-anoq.it.cp850.txt'), sample('netstat-anoq.en.txt')]),
    netstat,
  ),
  fuzzTarget(
    'platform/windows/range/netsh-output.ts parseDynamicPort',
    mutatedTextBytes([sample('netsh-dynamicport.en.txt'), sample('netsh-dynamicport.ja.cp932.txt')]),
    parseDynamicPort,
  ),
  fuzzTarget(
    'platform/windows/range/netsh-output.ts parseExcludedPortRange',
    mutatedTextBytes([sample('netsh-excludedportrange.en.txt')]),
    parseExcludedPortRange,
  ),
  fuzzTarget(
    'platform/windows/owners/tasklist-output.ts parseTasklist',
    mutatedTextBytes([sample('tasklist-svc.de.cp850.csv')]),
    parseTasklist,
  ),
  fuzzTarget(
    'platform/windows/events/event-xml.ts parseEventXml',
    mutatedText([sample('sysmon-3.xml').toString()]),
    parseEventXml,
  ),
  fuzzTarget(
    'platform/windows/events/event-xml.ts decodeEventOutput',
    mutatedTextBytes([Buffer.from(sample('sysmon-3.xml').toString(), 'utf16le'), sample('wevtutil-system.xml')]),
    (bytes) => parseEventXml(decodeEventOutput(bytes)),
  ),
  fuzzTarget(
    'platform/windows/commands/cim-rows.ts socketsOfCimTcp',
    mutatedText(['0.0.0.0|135|0.0.0.0|0|2|900\nfe80::1%4|49152|::ffff:1.2.3.4|2|100|']).map(linesOf),
    cim.socketsOfCimTcp,
  ),
  fuzzTarget(
    'platform/windows/commands/cim-rows.ts socketsOfCimUdp',
    mutatedText(['::|54321|1180\n127.0.0.1|55001|']).map(linesOf),
    cim.socketsOfCimUdp,
  ),
  fuzzTarget(
    'platform/windows/commands/cim-rows.ts processesOfCim',
    mutatedText(['4|639080000000000000|9|a.exe|C:\\a\n8|||b.exe|']).map(linesOf),
    cim.processesOfCim,
  ),
  fuzzTarget(
    'platform/windows/commands/cim-rows.ts servicesOfCim',
    mutatedText(['900|RpcSs\n901|x_1a2b']).map(linesOf),
    cim.servicesOfCim,
  ),
  fuzzTarget(
    'platform/windows/probe/native-probe.ts readNativeReport',
    mutatedText(['tcp\nudp\nowners no such function\r\nprobe\n']),
    (text) => readNativeReport(text, 'exit code 1'),
  ),
  fuzzTarget('platform/windows/probe/native-probe.ts windowsBuildOf', mutatedText(['10.0.17763']), windowsBuildOf),
  fuzzTarget(
    'platform/windows/owners/process-name.ts nameProcess',
    fc.tuple(mutatedText(['filter.exe']), mutatedText(['C:\\Program Files\\x\\filter.exe'])),
    ([image, executable]) => nameProcess(image, executable, []),
  ),
  fuzzTarget(
    'platform/windows/owners/service-unit.ts looksLikeUserInstance',
    mutatedText(['CDPUserSvc_5f2a1']),
    looksLikeUserInstance,
  ),
  fuzzTarget(
    'platform/windows/commands/text-rows.ts endpointOf',
    fc.tuple(mutatedText(['127.0.0.1', 'fe80::1%12', '::ffff:1.2.3.4']), mutatedText(['49152', '0'])),
    ([address, port]) => endpointOf(address, port),
  ),
  fuzzTarget(
    'platform/windows/events/audit-event.ts parseAuditEvent',
    mutatedText([sample('sysmon-3.xml').toString(), sample('wevtutil-security-5156.xml').toString()]),
    parseAuditEvent,
  ),
  fuzzTarget(
    'platform/windows/events/event-xml.ts eventData',
    mutatedText([sample('sysmon-3.xml').toString()]),
    eventData,
  ),
  fuzzTarget('platform/windows/checks/build-check.ts checkBuild', mutatedText(['10.0.17763']), checkBuild),
  fuzzTarget(
    'platform/windows/checks/sddl.ts writersOf',
    mutatedText(['O:BAD:PAI(A;OICI;FA;;;BA)(A;CIID;DCLCRPCR;;;BU)(A;;0x1301bf;;;S-1-5-80-1-2-3-4-5)']),
    (sddl) => writersOf(sddl),
  ),
  fuzzTarget(
    'platform/windows/checks/service-settings.ts decodeServiceConfig',
    mutatedBytes([serviceStructure()]).map(Buffer.from),
    (bytes) => decodeServiceConfig(bytes, ADDRESS),
  ),
  fuzzTarget(
    'platform/windows/checks/service-settings.ts decodeRestartDelays',
    mutatedBytes([serviceStructure()]).map(Buffer.from),
    (bytes) => decodeRestartDelays(bytes, ADDRESS),
  ),
];

/** 96 bytes with a count, and pointers to what stands behind them. */
function serviceStructure(): Buffer {
  const bytes = Buffer.alloc(96);
  bytes.writeUInt32LE(3, 24);
  bytes.writeBigUInt64LE(ADDRESS + 64n, 32);
  bytes.writeBigUInt64LE(ADDRESS + 64n, 48);
  return bytes;
}
