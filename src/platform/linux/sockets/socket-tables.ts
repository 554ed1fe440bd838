import type { Problem } from '../../../model/problem.ts';
import type { GrowableDump } from './growable-dump.ts';

export type TablePiece = 'tcp' | 'bound' | 'udp';

/** What one table read asks for. */
export interface TableQuery {
  readonly piece: TablePiece;
  /** 65,536 bytes, 1 for a local port to keep. */
  readonly ports: Uint8Array;
  /** The lowest port that `ports` holds. */
  readonly minPort: number;
  /** True once the reading must end. */
  readonly isLate: () => boolean;
  /** Takes what keeps the table from being whole, though its rows are true. */
  readonly report: (problem: Problem) => void;
}

/** One way to read the socket tables of one network namespace. */
export interface SocketTables {
  /** Value of `source_info`: `inet_diag` or `procfs`. */
  readonly source: string;
  /** The same for bound-only sockets, where they come from elsewhere. */
  readonly boundSource?: string;
  /** Why bound-only sockets cannot be read; undefined when they can. Asked anew for each sample. */
  findBoundObstacle(): Problem | undefined;
  /**
   * Appends the sockets of both families; false when time ran out.
   * @throws ExporterError when the table could not be read whole.
   */
  append(query: TableQuery, dump: GrowableDump): boolean;
  close(): void;
}
