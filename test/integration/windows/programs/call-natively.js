// Runs under node.exe: makes the native calls one by one and prints what they return as JSON. Arguments: file to print to,
// library of the bound tables.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readSystemEvents } from '../dist/platform/windows/events/event-log.js';
import { openEventQueries } from '../dist/platform/windows/events/wevtapi.js';
import { declareFunction, loadKoffi } from '../dist/platform/windows/load-koffi.js';
import { openProcessCalls } from '../dist/platform/windows/owners/process-calls.js';
import { openServiceCalls } from '../dist/platform/windows/owners/service-calls.js';
import { openTimeWaitSetting } from '../dist/platform/windows/range/registry-value.js';
import { openBoundTables } from '../dist/platform/windows/tables/bound-tables.js';

const [output, boundLibrary] = process.argv.slice(2);
const koffi = loadKoffi();
const processes = openProcessCalls(koffi);
const attempt = (work) => {
  try {
    return work();
  } catch (error) {
    return { code: error.code, message: error.message };
  }
};
const libraryCalls = { given: 'uint32 GivenTables()', live: 'uint32 LiveTables()' };
const bound = openBoundTables(koffi, boundLibrary);
for (let reading = 0; reading < 20; reading++) {
  bound.bound(4);
  bound.bound(6);
}
spawnSync('sc.exe', ['start', 'RpcSs'], { stdio: 'ignore', timeout: 20_000 });
const openProcess = declareFunction(
  koffi,
  'kernel32.dll',
  'uintptr_t OpenProcess(uint32 access, int inherit, uint32 pid)',
);
const getLastError = declareFunction(koffi, 'kernel32.dll', 'uint32 GetLastError()');
openProcess(0x1000, 0, 0x7fff_fffc);
writeFileSync(
  output,
  JSON.stringify({
    pid: process.pid,
    lastErrorOfNoSuchProcess: getLastError(),
    own: processes.list().get(process.pid),
    facts: processes.factsOf(process.pid),
    noFacts: processes.factsOf(0x7fff_fffc),
    pids: [...processes.list().keys()],
    services: openServiceCalls(koffi)(),
    timeWaitSeconds: openTimeWaitSetting(koffi)(),
    events: attempt(() => readSystemEvents(openEventQueries(koffi))),
    givenTables: declareFunction(koffi, boundLibrary, libraryCalls.given)(),
    liveTables: declareFunction(koffi, boundLibrary, libraryCalls.live)(),
  }),
);
