import { statSync } from 'node:fs';
import { callFailed, declareFunction, type Koffi } from '../load-koffi.ts';
import type { ProcessFacts } from './owner-book.ts';
import { decodeProcessTable, type ProcessTable } from './process-table.ts';

const SYSTEM_PROCESS_INFORMATION = 5;
const STATUS_INFO_LENGTH_MISMATCH = 0xc000_0004;
const SIZE_ATTEMPTS = 5;
const SLACK_BYTES = 65_536;
const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
const LONGEST_PATH = 32_768;

/** What ntdll and kernel32 tell of processes. */
export interface ProcessCalls {
  /** Every process of the host. @throws ExporterError EPH_WINDOWS_CALL, EPH_WINDOWS_TABLE */
  list(): ProcessTable;
  /** Path and change time; empty and 0 for a process that we have no right to open. */
  factsOf(pid: number): ProcessFacts;
}

/** @throws ExporterError EPH_WINDOWS_CALL when a function is missing. */
export function openProcessCalls(koffi: Koffi): ProcessCalls {
  const query = declareFunction(
    koffi,
    'ntdll.dll',
    'uint32 __stdcall NtQuerySystemInformation(int class, _Out_ uint8_t *bytes, uint32 length, _Out_ uint32 *needed)',
  );
  const kernel = (signature: string) => declareFunction(koffi, 'kernel32.dll', signature);
  const openProcess = kernel('uintptr_t __stdcall OpenProcess(uint32 access, int inherit, uint32 pid)');
  const closeHandle = kernel('int __stdcall CloseHandle(uintptr_t handle)');
  const imageName = kernel(
    'int __stdcall QueryFullProcessImageNameW(uintptr_t process, uint32 flags, _Out_ uint16_t *name, _Inout_ uint32 *size)',
  );
  let bytes = Buffer.alloc(4 * SLACK_BYTES);

  return {
    list() {
      for (let attempt = 0; attempt < SIZE_ATTEMPTS; attempt++) {
        const needed = [0];
        const status = query(SYSTEM_PROCESS_INFORMATION, bytes, bytes.length, needed) as number;
        if (status === 0) return decodeProcessTable(bytes, koffi.address(bytes));
        if (status !== STATUS_INFO_LENGTH_MISMATCH) throw callFailed('NtQuerySystemInformation', status);
        bytes = Buffer.alloc(Math.max(needed[0] ?? 0, bytes.length) + SLACK_BYTES);
      }
      throw callFailed('NtQuerySystemInformation', STATUS_INFO_LENGTH_MISMATCH);
    },
    factsOf(pid) {
      const handle = openProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
      if (Number(handle) === 0) return { executable: '', executableChangeMs: 0 };
      try {
        const name = Buffer.alloc(LONGEST_PATH * 2);
        const size: [number] = [LONGEST_PATH];
        const isKnown = imageName(handle, 0, name, size) !== 0;
        return describeExecutable(isKnown ? name.toString('utf16le', 0, size[0] * 2) : '');
      } finally {
        closeHandle(handle);
      }
    },
  };
}

/** The later of creation and last write: an update that keeps the write time of its build still moves the other. */
export function describeExecutable(executable: string): ProcessFacts {
  if (executable === '') return { executable, executableChangeMs: 0 };
  try {
    const { birthtimeMs, mtimeMs } = statSync(executable);
    return { executable, executableChangeMs: Math.floor(Math.max(birthtimeMs, mtimeMs)) };
  } catch {
    return { executable, executableChangeMs: 0 };
  }
}
