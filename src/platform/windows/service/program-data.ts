import { callFailed, declareFunction, type Koffi } from '../load-koffi.ts';

const CSIDL_COMMON_APPDATA = 0x23;
const MAX_PATH = 260;

/**
 * Folder of all programs' data, `C:\ProgramData`, asked from the system: the environment of a service need not be that of who
 * installs it.
 * @throws ExporterError EPH_WINDOWS_CALL
 */
export function readProgramData(koffi: Koffi): string {
  const getFolder = declareFunction(
    koffi,
    'shell32.dll',
    'int __stdcall SHGetFolderPathW(void *window, int folder, void *token, uint32 flags, _Out_ uint8_t *path)',
  );
  const path = Buffer.alloc(MAX_PATH * 2);
  const status = getFolder(null, CSIDL_COMMON_APPDATA, null, 0, path) as number;
  if (status !== 0) throw callFailed('SHGetFolderPathW', status);
  return path.toString('utf16le').split('\0')[0] ?? '';
}
