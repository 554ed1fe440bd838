import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ExporterError } from '../../../errors.ts';
import type { Problem } from '../../../model/problem.ts';
import type { GrowableDump } from './growable-dump.ts';
import { appendProcNetLine, type ProcNetContext } from './proc-net.ts';
import type { SocketTables, TableQuery } from './socket-tables.ts';

const CHUNK_BYTES = 65_536;
const LINE_FEED = 0x0a;
// A line is about 150 bytes: room for 1.7 million sockets, beyond which this is no socket table.
const MAX_FILE_BYTES = 256 * 1024 * 1024;

export const BOUND_ABSENT: Problem = {
  piece: 'bound',
  code: 'EPH_BOUND_INVISIBLE',
  message:
    'proc files do not list bound-only sockets; state bound is absent and used a lower bound. Make netlink work: the check netlink of ephemeral-port-exporter doctor says how',
};

/** Socket tables by `<procfs>/net/{tcp,tcp6,udp,udp6}`, for where netlink or koffi cannot be had. */
export class ProcTables implements SocketTables {
  readonly source = 'procfs';
  private readonly procfs: string;
  private readonly chunk = new Uint8Array(CHUNK_BYTES);

  constructor(procfs: string) {
    this.procfs = procfs;
  }

  findBoundObstacle(): Problem {
    return BOUND_ABSENT;
  }

  append(query: TableQuery, dump: GrowableDump): boolean {
    if (query.piece === 'bound') return true;
    const before = dump.columns.length;
    let done = false;
    try {
      const base = { protocol: query.piece, dump, ports: query.ports };
      done =
        this.appendFile(query.piece, { ...base, addressDigits: 8 }, query.isLate) &&
        this.appendFile(`${query.piece}6`, { ...base, addressDigits: 32 }, query.isLate);
      return done;
    } finally {
      if (!done) dump.truncate(before);
    }
  }

  close(): void {}

  private appendFile(name: string, context: ProcNetContext, isLate: () => boolean): boolean {
    const fd = this.open(name);
    if (fd === undefined) return true;
    try {
      return this.appendLines(fd, name, context, isLate);
    } finally {
      closeSync(fd);
    }
  }

  /** Undefined for the table of a family that the host does not have. */
  private open(name: string): number | undefined {
    const path = join(this.procfs, 'net', name);
    try {
      return openSync(path, 'r');
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (isMissing && name.endsWith('6')) return undefined;
      throw unreadable(path, error);
    }
  }

  private appendLines(fd: number, name: string, context: ProcNetContext, isLate: () => boolean): boolean {
    const { chunk } = this;
    let filled = 0;
    let total = 0;
    let isHeader = true;
    while (!isLate()) {
      const count = readChunk(fd, chunk, filled, name);
      total += count;
      if (total > MAX_FILE_BYTES) throw malformed(name, 'longer than any socket table');
      if (count === 0) {
        if (filled > 0 || isHeader) throw malformed(name, 'cut short');
        return true;
      }
      const end = filled + count;
      let start = 0;
      for (let feed = chunk.indexOf(LINE_FEED); feed >= 0 && feed < end; feed = chunk.indexOf(LINE_FEED, start)) {
        if (!isHeader) appendProcNetLine(chunk, start, feed, context);
        isHeader = false;
        start = feed + 1;
      }
      if (start === 0 && end === chunk.length) throw malformed(name, 'a line without end');
      chunk.copyWithin(0, start, end);
      filled = end - start;
    }
    return false;
  }
}

function readChunk(fd: number, chunk: Uint8Array, offset: number, name: string): number {
  try {
    return readSync(fd, chunk, offset, chunk.length - offset, null);
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(path: string, error: unknown): ExporterError {
  const reason = error instanceof Error ? error.message : error;
  return new ExporterError('EPH_PROC_UNREADABLE', `${path}: ${reason}; check --path.procfs`, { cause: error });
}

function malformed(name: string, what: string): ExporterError {
  return new ExporterError('EPH_PROC_MALFORMED', `${name}: ${what}; the table is dropped`);
}
