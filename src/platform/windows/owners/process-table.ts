import { ExporterError } from '../../../errors.ts';
import { fileTimeToUnixMs } from '../file-time.ts';

/** A process as the system lists it; no right is needed to see it. */
export interface ListedProcess {
  readonly pid: number;
  /** Unix ms; 0 when the source has none. */
  readonly startMs: number;
  /** Image name, `svchost.exe`; empty for the idle process. */
  readonly image: string;
  /** -1 when the source has none. */
  readonly handles: number;
}

export type ProcessTable = ReadonlyMap<number, ListedProcess>;

/** Bytes of SYSTEM_PROCESS_INFORMATION up to the end of HandleCount, x64 and arm64 (winternl.h and its public phnt headers). */
const FIXED_SIZE = 0x64;
const AT = { next: 0x00, created: 0x20, nameLength: 0x38, namePointer: 0x40, pid: 0x50, handles: 0x60 } as const;

/** Longest image name that is read, in bytes: a file name on Windows has at most 255 UTF-16 units. */
const NAME_LIMIT_BYTES = 512;

const utf16 = new TextDecoder('utf-16le');

/**
 * Processes of an NtQuerySystemInformation(SystemProcessInformation) buffer. `address` is where `bytes` lay in memory: the
 * names are pointers into the same buffer.
 * @throws ExporterError EPH_WINDOWS_TABLE when an entry or a name reaches outside the buffer.
 */
export function decodeProcessTable(bytes: Uint8Array, address: bigint): ProcessTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const processes = new Map<number, ListedProcess>();
  for (let entry = 0; ; ) {
    if (entry + FIXED_SIZE > view.byteLength) throw cutShort(`entry at ${entry} of ${view.byteLength} bytes`);
    const pid = view.getUint32(entry + AT.pid, true);
    processes.set(pid, {
      pid,
      startMs: fileTimeToUnixMs(view.getUint32(entry + AT.created, true), view.getUint32(entry + AT.created + 4, true)),
      image: imageName(bytes, view, entry, address),
      handles: view.getUint32(entry + AT.handles, true),
    });
    const next = view.getUint32(entry + AT.next, true);
    if (next === 0) return processes;
    if (next < FIXED_SIZE) throw cutShort(`entry at ${entry} says that the next is ${next} bytes on`);
    entry += next;
  }
}

function imageName(bytes: Uint8Array, view: DataView, entry: number, address: bigint): string {
  const length = view.getUint16(entry + AT.nameLength, true);
  if (length === 0) return '';
  const start = Number(view.getBigUint64(entry + AT.namePointer, true) - address);
  if (start < 0 || start + length > bytes.byteLength || length % 2 !== 0) {
    throw cutShort(`name of the entry at ${entry}`);
  }
  return utf16.decode(bytes.subarray(start, start + Math.min(length, NAME_LIMIT_BYTES)));
}

function cutShort(what: string): ExporterError {
  return new ExporterError('EPH_WINDOWS_TABLE', `process table: ${what} lies outside`);
}
