import { describe, expect, test } from 'vitest';
import { shiftTimes } from '../../../../src/platform/replay/shift-times.ts';
import { sampleAt } from '../../../helpers/sample-builder.ts';

describe('a replayed sample', () => {
  const sample = sampleAt(60_000)
    .owner('old', ['tcp bound 127.0.0.1:40000 created=5000', 'tcp bound 127.0.0.1:40001'], {
      startMs: 4_000,
      executableChangeMs: 3_000,
    })
    .owner('young', [], { startMs: 0 })
    .exited({ pid: 7, startMs: 2_000 })
    .sample({
      systemEvents: [
        { eventId: 4231, provider: 'Tcpip', count: 1, lastMs: 1_000 },
        { eventId: 4266, provider: 'Tcpip', count: 0, lastMs: 0 },
      ],
    });
  const shifted = shiftTimes(sample, 100);

  test('has all its wall times moved alike', () => {
    expect(shifted.takenAtMs).toBe(sample.takenAtMs + 100);
    expect(shifted.processes[0]).toMatchObject({ startMs: 4_100, executableChangeMs: 3_100 });
    expect(shifted.exitedProcesses).toEqual([{ pid: 7, startMs: 2_100 }]);
    expect(shifted.sockets.createdMs[0]).toBe(5_100);
    expect(shifted.systemEvents[0]?.lastMs).toBe(1_100);
  });

  test('does not know more times than before, and keeps the boot clock', () => {
    expect(shifted.processes[1]).toMatchObject({ startMs: 0, executableChangeMs: 0 });
    expect(shifted.sockets.createdMs[1]).toBe(0);
    expect(shifted.systemEvents[1]?.lastMs).toBe(0);
    expect(shifted.bootMs).toBe(sample.bootMs);
  });
});
