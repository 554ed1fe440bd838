import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { FD_LINK, type FsFailure, type ProcessFs } from './process-fs.ts';

const SOCKET_PREFIX = 'socket:[';
const QUIET = { throwIfNoEntry: false } as const;

/** {@link ProcessFs} over a real proc root such as `/proc`. Formats: proc(5), proc_pid_fd(5). */
export function openProcessFs(procRoot: string): ProcessFs {
  return {
    listPids: () => listNumbers(procRoot, (numbers) => numbers),
    readStat: (pid) => readText(`${procRoot}/${pid}/stat`),
    countFds: (pid) => attempt(() => statSync(`${procRoot}/${pid}/fd`, QUIET)?.size ?? -1, -1),
    listFds: (pid) => listNumbers(`${procRoot}/${pid}/fd`, (numbers) => Int32Array.from(numbers)),
    readFdLink: (pid, fd) => readSocketLink(`${procRoot}/${pid}/fd/${fd}`),
    readExecutable: (pid) => attempt(() => readlinkSync(`${procRoot}/${pid}/exe`), ''),
    readExecutableChangeMs: (pid) => attempt(() => statSync(`${procRoot}/${pid}/exe`, QUIET)?.ctimeMs ?? 0, 0),
    readCommandLine: (pid) => readText(`${procRoot}/${pid}/cmdline`),
    readCgroup: (pid) => readText(`${procRoot}/${pid}/cgroup`),
    readSystemStat: () => readText(`${procRoot}/stat`),
  };
}

/** Inode in the text of a socket link (`socket:[1234]`); 0 when it is something else. */
export function parseSocketLink(link: string): number {
  if (!link.startsWith(SOCKET_PREFIX)) return FD_LINK.notSocket;
  const inode = parseDecimal(link, SOCKET_PREFIX.length, link.length - 1);
  return inode > 0 && inode <= 0xffff_ffff ? inode : FD_LINK.notSocket;
}

function readSocketLink(path: string): number {
  try {
    return parseSocketLink(readlinkSync(path));
  } catch (error) {
    return FD_LINK[failureOf(error)];
  }
}

function listNumbers<T>(directory: string, convert: (numbers: number[]) => T): T | FsFailure {
  try {
    const numbers: number[] = [];
    let ascending = true;
    let previous = -1;
    for (const name of readdirSync(directory)) {
      const number = parseDecimal(name, 0, name.length);
      if (number < 0 || number > 0x7fff_ffff) continue;
      if (number < previous) ascending = false;
      previous = number;
      numbers.push(number);
    }
    // The kernel lists both pids and descriptors in order; a copy of a proc tree may not.
    if (!ascending) numbers.sort((a, b) => a - b);
    return convert(numbers);
  } catch (error) {
    return failureOf(error);
  }
}

function parseDecimal(text: string, start: number, end: number): number {
  if (end <= start || end - start > 10) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function readText(path: string): string {
  return attempt(() => readFileSync(path, 'utf8'), '');
}

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function failureOf(error: unknown): FsFailure {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'ENOTDIR') return 'gone';
  return code === 'EACCES' || code === 'EPERM' ? 'refused' : 'failed';
}
