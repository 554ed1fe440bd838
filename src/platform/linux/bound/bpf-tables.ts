import { closeSync, openSync, readSync } from 'node:fs';
import { ExporterError } from '../../../errors.ts';
import type { GrowableDump } from '../sockets/growable-dump.ts';
import type { SocketTables, TableQuery } from '../sockets/socket-tables.ts';
import { appendBound } from './bound-socket.ts';
import { decodeBpfRecords } from './bpf-records.ts';

const CHUNK_BYTES = 1 << 20;
// Two million descriptors, beyond which this is no iterator.
const MOST_BYTES = 64 * CHUNK_BYTES;

/** Socket tables whose bound-only sockets come from a pinned BPF task_file iterator that somebody else loaded. */
export class BpfTables implements SocketTables {
  readonly source: string;
  readonly boundSource = 'bpf';
  private readonly inner: SocketTables;
  private readonly path: string;
  private readonly namespace: number;

  /** @param namespace inode of the namespace that is read, decimal */
  constructor(inner: SocketTables, path: string, namespace: string) {
    this.inner = inner;
    this.source = inner.source;
    this.path = path;
    this.namespace = Number(namespace);
  }

  findBoundObstacle(): undefined {
    return undefined;
  }

  /** @throws ExporterError EPH_BPF_RECORDS, and as the tables below. */
  append(query: TableQuery, dump: GrowableDump): boolean {
    if (query.piece !== 'bound') return this.inner.append(query, dump);
    for (const socket of decodeBpfRecords(readWhole(this.path), this.namespace)) {
      if (query.ports[socket.port] === 1) appendBound(socket, dump);
    }
    return true;
  }

  close(): void {
    this.inner.close();
  }
}

/** An iterator tells no size, and each reading of it begins anew. */
function readWhole(path: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    for (;;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const count = readSync(fd, chunk, 0, CHUNK_BYTES, null);
      if (count === 0) return Buffer.concat(chunks, total);
      chunks.push(chunk.subarray(0, count));
      total += count;
      if (total > MOST_BYTES) throw new Error('it does not end');
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new ExporterError('EPH_BPF_RECORDS', `${path}: ${reason}; check --linux.bpf-iterator`, { cause: error });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
