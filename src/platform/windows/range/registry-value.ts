import { declareFunction, type Koffi } from '../load-koffi.ts';

/** HKEY_LOCAL_MACHINE, sign-extended as winreg.h has it. */
const LOCAL_MACHINE = 0xffff_ffff_8000_0002n;
const RRF_RT_REG_DWORD = 0x10;
const TCPIP_PARAMETERS = 'SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';

/**
 * Reads `TcpTimedWaitDelay`, seconds, at each call; 0 when nobody has set it: the default differs between builds and is not
 * told by any documented call.
 * @throws ExporterError EPH_WINDOWS_CALL when advapi32.dll lacks the function.
 */
export function openTimeWaitSetting(koffi: Koffi): () => number {
  const getValue = declareFunction(
    koffi,
    'advapi32.dll',
    'int __stdcall RegGetValueW(uintptr_t key, const char16_t *path, const char16_t *name, uint32 flags, void *type, ' +
      '_Out_ uint8_t *data, _Inout_ uint32 *size)',
  );
  return () => {
    const data = Buffer.alloc(4);
    const status = getValue(LOCAL_MACHINE, TCPIP_PARAMETERS, 'TcpTimedWaitDelay', RRF_RT_REG_DWORD, null, data, [4]);
    return status === 0 ? data.readUInt32LE(0) : 0;
  };
}
