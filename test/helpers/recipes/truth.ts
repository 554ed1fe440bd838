import type { UnattributedReason } from '../../../src/model/owner-code.ts';
import type { SocketStateName } from '../../../src/model/socket-state.ts';
import type { ReadSample } from '../read-in-namespace.ts';

/** A socket that a recipe made, by the account of the programs that made it. */
export interface TrueRow {
  readonly protocol: 'tcp' | 'udp';
  readonly family: 4 | 6;
  readonly state: SocketStateName;
  readonly port: number;
  /** Absent: there may be a stale one. */
  readonly remote?: string;
  /** Pid, or why nobody can be named from the socket tables. */
  readonly owner: number | UnattributedReason;
}

export type Truth = readonly TrueRow[];

/** How a row without a peer reads. */
export const NO_PEER = '[::]:0';

/** Below every range that the recipes use: a listener here is no user of a dynamic port. */
export const OUTSIDE_PORT = 20_001;

/** In the default range. */
export const INSIDE_PORT = 50_001;

/** One TCP row of `owner` per port. */
export function tcpRows(
  ports: readonly number[],
  state: SocketStateName,
  owner: TrueRow['owner'],
  remote?: string,
): TrueRow[] {
  return ports.map((port) => ({
    protocol: 'tcp',
    family: 4,
    state,
    port,
    owner,
    ...(remote !== undefined && { remote }),
  }));
}

/** Truth as sorted text. */
export function truthText(truth: Truth): string[] {
  return truth.map(({ remote = '*', ...row }) => rowText(row, remote)).sort();
}

/** The rows of a sample as sorted text, comparable with {@link truthText}. */
export function sampleText(sample: ReadSample, truth: Truth): string[] {
  const anyRemote = new Set(truth.flatMap(({ remote, port }) => (remote === undefined ? [port] : [])));
  return sample.rows.map((row) => rowText(row, anyRemote.has(row.port) ? '*' : row.remote)).sort();
}

function rowText(row: Pick<TrueRow, 'protocol' | 'family' | 'state' | 'port'> & { owner: unknown }, remote: string) {
  return `${row.protocol} v${row.family} ${row.state} :${row.port} -> ${remote} of ${row.owner}`;
}
