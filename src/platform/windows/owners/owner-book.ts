import { OWNER_CODE } from '../../../model/owner-code.ts';
import type { ProcessIdentity, ProcessRow } from '../../../model/sample.ts';
import { SOCKET_STATE } from '../../../model/socket-state.ts';
import type { WindowsSockets } from '../sockets/windows-sockets.ts';
import type { ListedProcess, ProcessTable } from './process-table.ts';

/** Pid of the System process: http.sys, SMB and every other driver. */
const SYSTEM_PID = 4;

/** A service registers its process at the latest this long after the process began; from then on the unit is fixed. */
const UNIT_SETTLES_MS = 10_000;

/** What is asked about a process once, when it is first seen holding a socket. */
export interface ProcessFacts {
  /** Full path of the executable; empty when not readable. */
  readonly executable: string;
  /** Later of its creation and its last write, unix ms; 0 when not known. */
  readonly executableChangeMs: number;
}

export interface OwnerSighting {
  readonly processes: ProcessTable;
  /** Unit of each process that hosts services; asked only when a process is new or young. */
  readonly units: () => ReadonlyMap<number, string>;
  /** Asked once in the life of a process. */
  readonly factsOf: (pid: number) => ProcessFacts;
  /** Wall clock after the socket tables were read, unix ms: a process begun later only reuses the pid. */
  readonly tablesReadMs: number;
  /** Processes that need a row though they hold no socket. */
  readonly alsoNamed?: Iterable<number>;
}

/** Remembers what does not change in the life of a process, by pid and start time. */
export interface OwnerBook {
  /** Fills `sockets.columns.process` with indexes into the returned rows, or with an OWNER_CODE. */
  assign(sockets: WindowsSockets, sighting: OwnerSighting): OwnerAssignment;
  /** Fills it without a look at the processes: every one is `gone`, those without a process as ever. */
  assignNobody(sockets: WindowsSockets): void;
}

export interface OwnerAssignment {
  readonly processes: readonly ProcessRow[];
  /** Owners of the last assignment that no longer exist. */
  readonly exitedProcesses: readonly ProcessIdentity[];
  /** Row, or OWNER_CODE, of each pid that holds a socket or was named. */
  readonly rowOf: ReadonlyMap<number, number>;
}

interface Entry {
  readonly startMs: number;
  readonly name: string;
  readonly facts: ProcessFacts;
  unit: string;
  isSettled: boolean;
}

export function createOwnerBook(nameOf: (image: string, executable: string) => string): OwnerBook {
  let book = new Map<number, Entry>();

  const open = (process: ListedProcess, { factsOf }: OwnerSighting): Entry => {
    const facts = factsOf(process.pid);
    const name = nameOf(process.image, facts.executable);
    return { startMs: process.startMs, name, facts, unit: '', isSettled: false };
  };
  const entryOf = (process: ListedProcess, sighting: OwnerSighting): Entry => {
    const known = book.get(process.pid);
    const entry = known?.startMs === process.startMs ? known : open(process, sighting);
    if (!entry.isSettled) {
      entry.unit = sighting.units().get(process.pid) ?? '';
      entry.isSettled = sighting.tablesReadMs - process.startMs > UNIT_SETTLES_MS;
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
      for (const named of sighting.alsoNamed ?? []) {
        if (!indexes.has(named)) indexes.set(named, codeOf(named, SOCKET_STATE.established) ?? indexOf(named));
      }
      const exitedProcesses = [...book]
        .filter(([owner, { startMs }]) => sighting.processes.get(owner)?.startMs !== startMs)
        .map(([owner, { startMs }]) => ({ pid: owner, startMs }));
      book = next;
      return { processes: rows, exitedProcesses, rowOf: indexes };
    },
    assignNobody({ columns, pid }) {
      for (let at = 0; at < columns.length; at++) {
        columns.process[at] = codeOf(pid[at] as number, columns.state[at] as number) ?? OWNER_CODE.gone;
      }
    },
  };
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
