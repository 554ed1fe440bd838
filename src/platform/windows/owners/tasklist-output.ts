import { ExporterError } from '../../../errors.ts';
import type { ListedProcess, ProcessTable } from './process-table.ts';
import { type HostedService, looksLikeUserInstance } from './service-unit.ts';

export interface TasklistRows {
  readonly processes: ProcessTable;
  readonly services: readonly HostedService[];
}

/**
 * Processes and services of `tasklist /svc /fo csv`, with or without its header. The word for "no services" is translated;
 * it is learnt from the row of pid 0, which never hosts one.
 * @throws ExporterError EPH_WINDOWS_OUTPUT when a line has other than three quoted fields, the last no end, or no process is listed.
 */
export function parseTasklist(output: Uint8Array): TasklistRows {
  const text = Buffer.from(output.buffer, output.byteOffset, output.byteLength).toString('latin1');
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(parseLine)
    .filter((row, index) => index > 0 || /^\d+$/.test(row.pid));
  const none = rows.find((row) => row.pid === '0')?.services ?? 'N/A';
  const processes = new Map<number, ListedProcess>();
  const services: HostedService[] = [];
  for (const row of rows) {
    const pid = Number(row.pid);
    if (!/^\d{1,10}$/.test(row.pid)) throw new ExporterError('EPH_WINDOWS_OUTPUT', 'tasklist: a pid is no number');
    processes.set(pid, { pid, startMs: 0, image: row.image, handles: -1 });
    if (row.services === none) continue;
    for (const name of row.services.split(',').filter((part) => part !== '')) {
      services.push({ pid, name, isUserInstance: looksLikeUserInstance(name) });
    }
  }
  if (!text.endsWith('\n')) throw new ExporterError('EPH_WINDOWS_OUTPUT', 'tasklist: the output is cut short');
  if (processes.size === 0) throw new ExporterError('EPH_WINDOWS_OUTPUT', 'tasklist listed no process');
  return { processes, services };
}

function parseLine(line: string): { image: string; pid: string; services: string } {
  const match = /^"([^"]*)","([^"]*)","([^"]*)"$/.exec(line.trim());
  if (match === null) {
    throw new ExporterError('EPH_WINDOWS_OUTPUT', `tasklist: cannot read ${JSON.stringify(line.slice(0, 120))}`);
  }
  return { image: match[1] as string, pid: match[2] as string, services: match[3] as string };
}
