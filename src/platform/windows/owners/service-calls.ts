import { callFailed, declareFunction, type Koffi } from '../load-koffi.ts';
import { decodeServiceTable } from './service-table.ts';
import type { HostedService } from './service-unit.ts';

const SC_MANAGER_CONNECT_AND_ENUMERATE = 0x0005;
const SERVICE_WIN32 = 0x30;
const SERVICE_ACTIVE = 1;
const ERROR_MORE_DATA = 234;
const SIZE_ATTEMPTS = 5;

/** Windows does not return more than 256 KB of services in one call. */
const BUFFER_BYTES = 262_144;

/** @throws ExporterError EPH_WINDOWS_CALL when a function is missing. */
export function openServiceCalls(koffi: Koffi): () => readonly HostedService[] {
  const advapi = (signature: string) => declareFunction(koffi, 'advapi32.dll', signature);
  const openManager = advapi('uintptr_t __stdcall OpenSCManagerW(void *machine, void *database, uint32 access)');
  const closeManager = advapi('int __stdcall CloseServiceHandle(uintptr_t handle)');
  const enumerate = advapi(
    'int __stdcall EnumServicesStatusExW(uintptr_t manager, int level, uint32 type, uint32 state, _Out_ uint8_t *services, ' +
      'uint32 size, _Out_ uint32 *needed, _Out_ uint32 *returned, _Inout_ uint32 *resume, void *group)',
  );
  const getLastError = declareFunction(koffi, 'kernel32.dll', 'uint32 __stdcall GetLastError()');
  const bytes = Buffer.alloc(BUFFER_BYTES);

  /** Running services. @throws ExporterError EPH_WINDOWS_CALL, EPH_WINDOWS_TABLE */
  return () => {
    const manager = openManager(null, null, SC_MANAGER_CONNECT_AND_ENUMERATE);
    if (Number(manager) === 0) throw callFailed('OpenSCManagerW', getLastError() as number);
    try {
      const services: HostedService[] = [];
      const resume = [0];
      for (let attempt = 0; attempt < SIZE_ATTEMPTS; attempt++) {
        const returned = [0];
        const ok = enumerate(
          manager,
          0,
          SERVICE_WIN32,
          SERVICE_ACTIVE,
          bytes,
          bytes.length,
          [0],
          returned,
          resume,
          null,
        );
        const status = ok === 0 ? (getLastError() as number) : 0;
        if (status !== 0 && status !== ERROR_MORE_DATA) throw callFailed('EnumServicesStatusExW', status);
        services.push(...decodeServiceTable(bytes, koffi.address(bytes), returned[0] ?? 0));
        if (status === 0) return services;
      }
      return services;
    } finally {
      closeManager(manager);
    }
  };
}
