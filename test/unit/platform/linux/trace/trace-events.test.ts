import { describe, expect, it } from 'vitest';
import type { NamespaceRow, ProcessRow } from '../../../../../src/model/sample.ts';
import { TraceEvents } from '../../../../../src/platform/linux/trace/trace-events.ts';
import type { TraceReading } from '../../../../../src/platform/linux/trace/trace-reader.ts';
import type { Task } from '../../../../../src/platform/linux/trace/trace-tasks.ts';
import { LOCAL, REMOTE } from '../../../../helpers/state-change.ts';

const NAMESPACES: NamespaceRow[] = ['4026531840', '77'].map((inode) => {
  return { name: inode, inode, container: '', podUid: '', ranges: [], boundVisible: true };
});

function row(pid: number): ProcessRow {
  return { pid, startMs: pid, name: `p${pid}`, unit: '', executable: '', executableChangeMs: 0, handles: -1 };
}

function opened(task: number): TraceReading['connections'][number] {
  return { kind: 'opened', task, atMs: 5, localPort: 40_000, remotePort: 80, local: LOCAL, remote: REMOTE };
}

/** Events over readings that are taken one after the other. */
function eventsOf(
  readings: (TraceReading | Error)[],
  tasks: ReadonlyMap<number, Task>,
  gone: ReadonlySet<number> = new Set(),
): TraceEvents {
  return new TraceEvents({
    reader: {
      read: () => {
        const next = readings.shift() ?? { connections: [], lost: 0 };
        if (next instanceof Error) throw next;
        return next;
      },
      close: () => undefined,
    },
    tasks: { begin: () => undefined, find: (tid) => tasks.get(tid) },
    describe: (pid) => (gone.has(pid) ? undefined : row(pid)),
    bootMs: () => 0,
  });
}

const HOST_TASK: Task = { pid: 100, startMs: 1, netns: '4026531840' };

describe('events of a sample', () => {
  it('name process and namespace by their rows, and add processes that own no socket', () => {
    const tasks = new Map([
      [100, HOST_TASK],
      [200, { pid: 200, startMs: 1, netns: '77' }],
    ]);
    const events = eventsOf([{ connections: [opened(100), opened(200), opened(200)], lost: 0 }], tasks);
    const taken = events.take(NAMESPACES, [row(1), row(100)]);
    expect(taken.processes.map((process) => process.pid)).toEqual([1, 100, 200]);
    expect(taken.events.map((event) => [event.process, event.netns])).toEqual([
      [1, 0],
      [2, 1],
      [2, 1],
    ]);
    expect(taken.events[0]).toEqual({
      kind: 'opened',
      atMs: 5,
      localPort: 40_000,
      remotePort: 80,
      local: LOCAL,
      remote: REMOTE,
      process: 1,
      netns: 0,
    });
  });

  it('are gathered between samples and handed over once', () => {
    const events = eventsOf(
      [
        { connections: [opened(100)], lost: 2 },
        { connections: [opened(100)], lost: 3 },
      ],
      new Map([[100, HOST_TASK]]),
    );
    events.poll();
    expect(events.take(NAMESPACES, [])).toMatchObject({ events: [{}, {}], lost: 5 });
    expect(events.take(NAMESPACES, [])).toEqual({ events: [], processes: [], lost: 0, problems: [] });
  });

  it('leave out namespaces that the sample does not have and threads that nobody knows', () => {
    const tasks = new Map([[100, { ...HOST_TASK, netns: '5' }]]);
    const events = eventsOf([{ connections: [opened(100), opened(999)], lost: 0 }], tasks);
    expect(events.take(NAMESPACES, [row(1)])).toEqual({ events: [], processes: [row(1)], lost: 0, problems: [] });
  });

  it('are still named when the process has died since it was last described', () => {
    const gone = new Set<number>();
    const reading = { connections: [opened(100)], lost: 0 };
    const events = eventsOf([reading, reading], new Map([[100, HOST_TASK]]), gone);
    events.poll();
    gone.add(100);
    expect(events.take(NAMESPACES, []).events).toHaveLength(2);
  });

  it('are kept up to a bound, and counted as lost beyond it', () => {
    const connections = new Array<TraceReading['connections'][number]>(65_600).fill(opened(100));
    const taken = eventsOf([{ connections, lost: 0 }], new Map([[100, HOST_TASK]])).take(NAMESPACES, []);
    expect([taken.events.length, taken.lost]).toEqual([65_536, 64]);
  });

  it('end with a problem when the trace breaks', () => {
    const events = eventsOf([new Error('ENODEV')], new Map());
    for (let sample = 0; sample < 2; sample++) {
      expect(events.take(NAMESPACES, []).problems).toMatchObject([{ piece: 'trace', code: 'EPH_TRACE_UNAVAILABLE' }]);
    }
  });
});
