import { describe, expect, it } from 'vitest';
import { TraceInstance } from '../../../../../src/platform/linux/trace/trace-instance.ts';
import { FakeTraceFs } from '../../../../helpers/fake-trace-fs.ts';

const NAME = 'ephemeral_port_exporter-7';

describe('trace instance', () => {
  it('is enabled last, with a filter, the boot clock and every CPU’s pipe open', () => {
    const fs = new FakeTraceFs();
    const instance = TraceInstance.open(fs, '7');
    expect(fs.done[0]).toBe(`mkdir instances/${NAME}`);
    expect(fs.done).toContain('trace_clock boot');
    expect(fs.done.some((line) => line.startsWith('filter protocol==6&&'))).toBe(true);
    expect(fs.done.at(-1)).toBe('enable 1');
    expect([instance.pipes.length, fs.openPipes]).toEqual([2, 2]);
  });

  it('leaves nothing behind when closed', () => {
    const fs = new FakeTraceFs();
    TraceInstance.open(fs, '7').close();
    expect(fs.done.slice(-2)).toEqual(['enable 0', `rmdir instances/${NAME}`]);
    expect([fs.instances.size, fs.openPipes]).toEqual([0, 0]);
  });

  it('takes the place of one that was left behind, and touches no other', () => {
    const fs = new FakeTraceFs();
    for (const name of [NAME, 'ephemeral_port_exporter-6', 'somebody']) fs.instances.add(name);
    fs.busy.add('ephemeral_port_exporter-5');
    TraceInstance.open(fs, '7');
    expect([...fs.instances]).toEqual(['somebody', NAME]);
    expect(fs.busy.size).toBe(1);
  });

  it('is refused with what to do, and nothing left, when a step fails', () => {
    for (const step of ['instances', 'trace_clock', 'filter', 'enable']) {
      const fs = new FakeTraceFs();
      fs.refused.add(step);
      expect(() => TraceInstance.open(fs, '7')).toThrowError(
        expect.objectContaining({
          code: 'EPH_TRACE_UNAVAILABLE',
          message: expect.stringContaining('mount -t tracefs'),
        }),
      );
      expect([fs.instances.size, fs.openPipes]).toEqual([0, 0]);
    }
  });
});
