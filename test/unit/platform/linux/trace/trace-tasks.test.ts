import { describe, expect, it } from 'vitest';
import { TraceTasks } from '../../../../../src/platform/linux/trace/trace-tasks.ts';

interface FakeTask {
  readonly pid: number;
  readonly startTicks: number;
  netns: string;
}

function tasksOver(
  living: Map<number, FakeTask>,
  saved = '',
): { readonly tasks: TraceTasks; readonly reads: { count: number } } {
  const reads = { count: 0 };
  const tasks = new TraceTasks({
    readStat: (tid) => {
      reads.count++;
      const task = living.get(tid);
      return task === undefined ? '' : `${tid} (x) S 1 ${'0 '.repeat(15)}1 0 ${task.startTicks} 0`;
    },
    readStatus: (tid) => (living.has(tid) ? `Name:\tx\nTgid:\t${living.get(tid)?.pid}\nPid:\t${tid}\n` : ''),
    readNetns: (tid) => living.get(tid)?.netns ?? '',
    readSavedLeaders: () => saved,
  });
  tasks.begin();
  return { tasks, reads };
}

describe('process of a traced thread', () => {
  it('is its thread group leader', () => {
    const { tasks } = tasksOver(new Map([[101, { pid: 100, startTicks: 10, netns: '5' }]]));
    expect(tasks.find(101, 1_000)).toEqual({ pid: 100, startMs: 100, netns: '5' });
  });

  it('is read once per reading of the trace', () => {
    const { tasks, reads } = tasksOver(new Map([[101, { pid: 100, startTicks: 10, netns: '5' }]]));
    for (let event = 0; event < 50; event++) tasks.find(101, 1_000);
    for (let event = 0; event < 50; event++) tasks.find(999, 1_000);
    expect(reads.count).toBe(2);
  });

  it('is remembered beyond its end', () => {
    const living = new Map([[101, { pid: 100, startTicks: 10, netns: '5' }]]);
    const { tasks } = tasksOver(living);
    tasks.find(101, 1_000);
    living.clear();
    tasks.begin();
    expect(tasks.find(101, 2_000)?.pid).toBe(100);
  });

  it('is that of the thread which had the number at the time', () => {
    const living = new Map([[101, { pid: 100, startTicks: 10, netns: '5' }]]);
    const { tasks } = tasksOver(living);
    tasks.find(101, 1_000);
    living.set(101, { pid: 101, startTicks: 500, netns: '6' });
    tasks.begin();
    expect(tasks.find(101, 2_000)?.pid).toBe(100);
    expect(tasks.find(101, 6_000)).toEqual({ pid: 101, startMs: 5_000, netns: '6' });
    expect(tasks.find(101, 2_000)).toBe(undefined);
  });

  it('is that of the leader the kernel noted, when the thread has ended before it was asked for', () => {
    const { tasks } = tasksOver(
      new Map([[100, { pid: 100, startTicks: 10, netns: '5' }]]),
      '101 100\n102 102\n103 999\n',
    );
    expect(tasks.find(101, 1_000)).toEqual({ pid: 100, startMs: 100, netns: '5' });
    expect([102, 103, 104].map((tid) => tasks.find(tid, 1_000))).toEqual([undefined, undefined, undefined]);
    expect(tasks.find(101, 50)).toBe(undefined);
  });

  it('follows a thread into another namespace', () => {
    const task = { pid: 100, startTicks: 10, netns: '5' };
    const { tasks } = tasksOver(new Map([[100, task]]));
    tasks.find(100, 1_000);
    task.netns = '6';
    tasks.begin();
    expect(tasks.find(100, 1_000)?.netns).toBe('6');
  });

  it('is unknown for a number that only a later thread has had', () => {
    const { tasks } = tasksOver(new Map([[101, { pid: 101, startTicks: 500, netns: '6' }]]));
    expect(tasks.find(101, 1_000)).toBe(undefined);
  });
});
