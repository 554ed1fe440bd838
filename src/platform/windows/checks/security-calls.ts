import { callFailed, declareFunction, type Koffi } from '../load-koffi.ts';

const SE_FILE_OBJECT = 1;
const OWNER_AND_DACL = 0x1 | 0x4;
const SDDL_REVISION_1 = 1;

/** Owner and access list of a file or folder as SDDL. @throws ExporterError EPH_WINDOWS_CALL */
export type ReadSecurity = (path: string) => string;

/** @throws ExporterError EPH_WINDOWS_CALL when a function is missing. */
export function openSecurityCalls(koffi: Koffi): ReadSecurity {
  const advapi = (signature: string) => declareFunction(koffi, 'advapi32.dll', signature);
  const getInfo = advapi(
    'uint32 __stdcall GetNamedSecurityInfoW(const char16_t *name, int type, uint32 what, void *owner, void *group, void *dacl, ' +
      'void *sacl, _Out_ void **descriptor)',
  );
  const toText = advapi(
    'int __stdcall ConvertSecurityDescriptorToStringSecurityDescriptorW(void *descriptor, uint32 revision, uint32 what, ' +
      '_Out_ void **text, _Out_ uint32 *length)',
  );
  const localFree = declareFunction(koffi, 'kernel32.dll', 'void* __stdcall LocalFree(void *block)');
  const getLastError = declareFunction(koffi, 'kernel32.dll', 'uint32 __stdcall GetLastError()');

  const textOf = (descriptor: unknown): string => {
    const text: [unknown] = [null];
    const length: [number] = [0];
    if (toText(descriptor, SDDL_REVISION_1, OWNER_AND_DACL, text, length) === 0) {
      throw callFailed('ConvertSecurityDescriptorToStringSecurityDescriptorW', getLastError() as number);
    }
    try {
      // The length counts UTF-16 units, the NUL at the end among them.
      const bytes = new Uint8Array(koffi.view(text[0], length[0] * 2));
      return Buffer.from(bytes).toString('utf16le').replace(/\0+$/, '');
    } finally {
      localFree(text[0]);
    }
  };
  return (path) => {
    const descriptor: [unknown] = [null];
    const status = getInfo(path, SE_FILE_OBJECT, OWNER_AND_DACL, null, null, null, null, descriptor) as number;
    if (status !== 0) throw callFailed(`GetNamedSecurityInfoW of ${path}`, status);
    try {
      return textOf(descriptor[0]);
    } finally {
      localFree(descriptor[0]);
    }
  };
}
