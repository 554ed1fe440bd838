import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sample } from '../../src/model/sample.ts';
import type { SocketStateName } from '../../src/model/socket-state.ts';
import { startLineProgram } from './line-program.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = 'test/helpers/read-rows.js';
const MOST_TRIES = 50;

/** A socket row as text. */
export interface ReadRow {
  readonly netns: string;
  readonly protocol: 'tcp' | 'udp';
  readonly family: 4 | 6;
  readonly state: SocketStateName;
  readonly port: number;
  readonly local: string;
  readonly remote: string;
  readonly cookie: string;
  /** Pid, or the reason why there is none. */
  readonly owner: number | string;
}

export interface ReadSample extends Omit<Sample, 'sockets'> {
  readonly rows: readonly ReadRow[];
  /** Lines for the log so far. */
  readonly warnings: readonly string[];
}

export interface NamespaceReader {
  readonly pid: number;
  read(): Promise<ReadSample>;
  /**
   * Reads until no owner is still sought: the search has a budget for each sample, which a busy machine spends before it
   * is through, and looks for a socket everywhere only once two samples saw it.
   */
  readSettled(): Promise<ReadSample>;
  stop(): Promise<void>;
}

export interface ReaderOptions {
  /** Put before the command line: `setpriv ...`. */
  readonly wrapper?: readonly string[];
  /** Read every namespace of the host, not only the one that it runs in. */
  readonly everywhere?: boolean;
  /** Of the exporter. */
  readonly flags?: readonly string[];
  /** Where the built reader lies; the repository by default. */
  readonly directory?: string;
}

/** The built reader, running inside a namespace as a program of its own. */
export function startReader(netns: string, options: ReaderOptions = {}): NamespaceReader {
  const entry = join(options.directory ?? REPOSITORY, ENTRY);
  const { wrapper = [], everywhere = false, flags = [] } = options;
  const scope = everywhere ? [] : ['--no-collector.namespaces'];
  const [command, ...args] = [...wrapper, process.execPath, entry, ...scope, ...flags];
  const program = startLineProgram(netns, command as string, args);
  const read = async () => (await program.ask({})) as ReadSample;
  const readSettled = async () => {
    for (let tries = 1; ; tries++) {
      const sample = await read();
      if (tries === MOST_TRIES || sample.rows.every(({ owner }) => owner !== 'gone')) return sample;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  return { pid: program.pid, read, readSettled, stop: program.stop };
}
