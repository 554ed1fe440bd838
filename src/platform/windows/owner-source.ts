import { readCimOwners } from './commands/cim-queries.ts';
import type { CimSession } from './commands/cim-session.ts';
import type { ProcessFacts } from './owners/owner-book.ts';
import { describeExecutable, type ProcessCalls } from './owners/process-calls.ts';
import type { ProcessTable } from './owners/process-table.ts';
import { type HostedService, unitsByPid } from './owners/service-unit.ts';
import { parseTasklist } from './owners/tasklist-output.ts';
import type { RunCommand } from './run-command.ts';

const TASKLIST_TIMEOUT_MS = 15_000;
const NO_FACTS: ProcessFacts = { executable: '', executableChangeMs: 0 };

/** The processes of the host and what is known of them. */
export interface OwnerReading {
  readonly processes: ProcessTable;
  /** Unit of each process that hosts services. */
  readonly units: () => ReadonlyMap<number, string>;
  readonly factsOf: (pid: number) => ProcessFacts;
}

export interface OwnerSource {
  /** Name for `exporter_source_info`. */
  readonly name: string;
  /** @throws ExporterError */
  read(): OwnerReading | Promise<OwnerReading>;
}

/** By NtQuerySystemInformation and the service manager. */
export function nativeOwners(calls: ProcessCalls, services: () => readonly HostedService[]): OwnerSource {
  return {
    name: 'ntdll',
    read() {
      let units: ReadonlyMap<number, string> | undefined;
      return {
        processes: calls.list(),
        units: () => {
          units ??= unitsByPid(services());
          return units;
        },
        factsOf: (pid) => calls.factsOf(pid),
      };
    },
  };
}

/** By CIM: start time, handles and path, all a little old. */
export async function readCimOwnerTable(session: CimSession): Promise<OwnerReading> {
  const { processes, services } = await readCimOwners(session);
  const table = new Map(processes.map((process) => [process.pid, process]));
  const units = unitsByPid(services);
  return {
    processes: table,
    units: () => units,
    factsOf: (pid) => describeExecutable(table.get(pid)?.path ?? ''),
  };
}

/** By tasklist: names only; without a start time a reused pid looks like the same process. */
export async function readTasklistOwners(run: RunCommand): Promise<OwnerReading> {
  const output = await run('tasklist.exe', ['/svc', '/fo', 'csv', '/nh'], TASKLIST_TIMEOUT_MS);
  const { processes, services } = parseTasklist(output);
  const units = unitsByPid(services);
  return { processes, units: () => units, factsOf: () => NO_FACTS };
}
