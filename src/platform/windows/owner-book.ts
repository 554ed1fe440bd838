import { OWNER_CODE } from '../../model/owner-code.ts';
import type { ProcessRow } from '../../model/sample.ts';
import { SOCKET_STATE } from '../../model/socket-state.ts';
import type { ListedProcess, ProcessTable } from './process-table.ts';
import type { WindowsSockets } from './windows-sockets.ts';

/** Pid of the System process: http.sys, SMB and every other driver. */
const SYSTEM_PID = 4;

/** A service registers its process at the latest this long after the process began; from then on the unit is fixed. */
const UNIT_SETTLES_MS = 10_000;

const NAME_LIMIT = 64;

/** What is asked about a process once, when it is first seen holding a socket. */
export interface ProcessFacts {
  /** Full path of the executable; empty when not readable. */
  readonly executable: string;
  /** Later of its creation and its last write, unix ms; 0 when not known. */
  readonly executableChangeMs: number;
}

export interface OwnerBookOptions {
  readonly factsOf: (pid: number) => ProcessFacts;
  /** Operator's name for a process, or undefined to keep that of its image. */
  readonly nameOf?: (name: string, executable: string) => string | undefined;
}

export interface OwnerSighting {
  readonly processes: ProcessTable;
  /** Unit of each process that hosts services; asked only when a process is new or young. */
  readonly units: () => ReadonlyMap<number, string>;
  /** Wall clock after the socket tables were read, unix ms: a process begun later only reuses the pid. */
  readonly tablesReadMs: number;
}

/** Remembers what does not change in the life of a process, by pid and start time. */
export interface OwnerBook {
  /** Fills `sockets.columns.process` with indexes into the returned rows, or with an OWNER_CODE. */
  assign(sockets: WindowsSockets, sighting: OwnerSighting): readonly ProcessRow[];
}

interface Entry {
  readonly startMs: number;
  readonly name: string;
  readonly facts: ProcessFacts;
  unit: string;
  isSettled: boolean;
}

export function createOwnerBook(options: OwnerBookOptions): OwnerBook {
  let book = new Map<number, Entry>();

  const open = (process: ListedProcess): Entry => {
    const facts = options.factsOf(process.pid);
    const image = processName(process.image);
    const name = (options.nameOf?.(image, facts.executable) ?? image).slice(0, NAME_LIMIT);
    return { startMs: process.startMs, name, facts, unit: '', isSettled: false };
  };
  const entryOf = (process: ListedProcess, { units, tablesReadMs }: OwnerSighting): Entry => {
    const known = book.get(process.pid);
    const entry = known?.startMs === process.startMs ? known : open(process);
    if (!entry.isSettled) {
      entry.unit = units().get(process.pid) ?? '';
      entry.isSettled = tablesReadMs - process.startMs > UNIT_SETTLES_MS;
    }
    return entry;
  };

  return {
    assign(sockets, sighting) {
      const rows: ProcessRow[] = [];
      const indexes = new Map<number, number>();
      const next = new Map<number, Entry>();
      const indexOf = (pid: number): number => {
        const process = sighting.processes.get(pid);
        if (process === undefined || process.startMs > sighting.tablesReadMs) return OWNER_CODE.gone;
        const entry = entryOf(process, sighting);
        next.set(pid, entry);
        return rows.push(toRow(process, entry)) - 1;
      };
      const { columns, pid } = sockets;
      for (let at = 0; at < columns.length; at++) {
        const owner = pid[at] as number;
        let index = indexes.get(owner) ?? codeOf(owner, columns.state[at] as number);
        if (index === undefined) {
          index = indexOf(owner);
          indexes.set(owner, index);
        }
        columns.process[at] = index;
      }
      book = next;
      return rows;
    },
  };
}

/** Image name without `.exe`, as windows_exporter's `process` label has it. */
export function processName(image: string): string {
  return image.replace(/\.exe$/i, '').slice(0, NAME_LIMIT);
}

/** Code of a pid that is no process: 0 is nobody (a TIME_WAIT, or a socket already given up), 4 the kernel. */
function codeOf(pid: number, state: number): number | undefined {
  if (pid === SYSTEM_PID) return OWNER_CODE.kernel;
  if (pid !== 0) return undefined;
  return state === SOCKET_STATE.time_wait ? OWNER_CODE.timeWait : OWNER_CODE.gone;
}

function toRow(process: ListedProcess, { name, facts, unit }: Entry): ProcessRow {
  return {
    pid: process.pid,
    startMs: process.startMs,
    name,
    unit,
    executable: facts.executable,
    executableChangeMs: facts.executableChangeMs,
    handles: process.handles,
  };
}
