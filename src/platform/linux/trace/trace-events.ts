import type { Problem } from '../../../model/problem.ts';
import type { ConnectionEvent, NamespaceRow, ProcessRow } from '../../../model/sample.ts';
import type { TracedConnection } from './trace-connections.ts';
import type { TraceReading } from './trace-reader.ts';
import type { Task, TraceTasks } from './trace-tasks.ts';

/** What a sample gets from a trace. */
export interface TracedEvents {
  readonly events: readonly ConnectionEvent[];
  /** The sample's processes, and behind them those that only events speak of. */
  readonly processes: readonly ProcessRow[];
  readonly lost: number;
  readonly problems: readonly Problem[];
}

export interface TraceEventsParts {
  /** A {@link TraceReader}. */
  readonly reader: { read(nowMs: number): TraceReading; close(): void };
  readonly tasks: Pick<TraceTasks, 'begin' | 'find'>;
  /** Row of a living process; undefined when it is gone. */
  readonly describe: (pid: number) => ProcessRow | undefined;
  /** Boot clock, ms. */
  readonly bootMs: () => number;
}

interface AttributedConnection {
  readonly connection: TracedConnection;
  readonly netns: string;
  readonly process: ProcessRow;
}

// 10,000 a second between two samples of 6 s; what is beyond counts as lost.
const MOST_KEPT = 65_536;

/** Connection events by process and namespace, gathered between samples while their processes can still be asked. */
export class TraceEvents {
  readonly #parts: TraceEventsParts;
  /** Last known row of each process, for events that are read when it is gone. */
  readonly #rows = new WeakMap<Task, ProcessRow>();
  #described = new Set<Task>();
  #kept: AttributedConnection[] = [];
  #lost = 0;
  #failure: Problem | undefined;

  constructor(parts: TraceEventsParts) {
    this.#parts = parts;
  }

  /** Reads the trace; to be called often enough that its buffer and short processes do not run out. */
  poll(): void {
    if (this.#failure !== undefined) return;
    const { reader, tasks, bootMs } = this.#parts;
    try {
      const { connections, lost } = reader.read(bootMs());
      this.#lost += lost;
      tasks.begin();
      this.#described = new Set();
      for (const connection of connections) this.#keep(connection);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `the trace broke (${reason}); it is started again later`;
      this.#failure = { piece: 'trace', code: 'EPH_TRACE_UNAVAILABLE', message };
    }
  }

  /** Hands over what was gathered of the namespaces of a sample. */
  take(namespaces: readonly NamespaceRow[], sampled: readonly ProcessRow[]): TracedEvents {
    this.poll();
    const processes = [...sampled];
    const indexes = new Map(processes.map((row, index) => [keyOf(row), index]));
    const indexOfInode = new Map(namespaces.map(({ inode }, index) => [inode, index]));
    const events: ConnectionEvent[] = [];
    for (const { connection, netns, process } of this.#kept) {
      const namespace = indexOfInode.get(netns);
      if (namespace === undefined) continue;
      const index = indexes.get(keyOf(process)) ?? processes.push(process) - 1;
      indexes.set(keyOf(process), index);
      const { task: _task, ...event } = connection;
      events.push({ ...event, netns: namespace, process: index });
    }
    const lost = this.#lost;
    this.#kept = [];
    this.#lost = 0;
    return { events, processes, lost, problems: this.#failure === undefined ? [] : [this.#failure] };
  }

  close(): void {
    this.#parts.reader.close();
  }

  #keep(connection: TracedConnection): void {
    const task = this.#parts.tasks.find(connection.task, connection.atMs);
    if (task === undefined) return;
    if (!this.#described.has(task)) this.#describe(task);
    const process = this.#rows.get(task);
    if (process === undefined) return;
    if (this.#kept.length < MOST_KEPT) this.#kept.push({ connection, netns: task.netns, process });
    else this.#lost++;
  }

  #describe(task: Task): void {
    this.#described.add(task);
    const row = this.#parts.describe(task.pid);
    if (row !== undefined) this.#rows.set(task, row);
  }
}

function keyOf({ pid, startMs }: ProcessRow): string {
  return `${pid}/${startMs}`;
}
