// Runs under node.exe: sends a control to our service and prints the error of each, 0 for none. Arguments: the numbers of the
// controls (winsvc.h: 4 is interrogate, 6 is "parameters changed").
import { declareFunction, loadKoffi } from '../dist/platform/windows/load-koffi.js';
import { SERVICE_NAME } from '../dist/platform/windows/service/service-commands.js';

const SC_MANAGER_CONNECT = 0x1;
const INTERROGATE_AND_PAUSE_CONTINUE = 0x80 | 0x40;
const koffi = loadKoffi();
const advapi = (signature) => declareFunction(koffi, 'advapi32.dll', signature);
const openManager = advapi('uintptr_t OpenSCManagerW(void *machine, void *database, uint32 access)');
const openService = advapi('uintptr_t OpenServiceW(uintptr_t manager, const char16_t *name, uint32 access)');
const control = advapi('int ControlService(uintptr_t service, uint32 control, _Out_ uint8_t *status)');
const getLastError = declareFunction(koffi, 'kernel32.dll', 'uint32 GetLastError()');

const service = openService(openManager(null, null, SC_MANAGER_CONNECT), SERVICE_NAME, INTERROGATE_AND_PAUSE_CONTINUE);
for (const number of process.argv.slice(2)) {
  const ok = control(service, Number(number), Buffer.alloc(28));
  console.log(`# control ${number}: ${ok === 0 ? getLastError() : 0}`);
}
