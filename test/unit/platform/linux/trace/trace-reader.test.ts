import { describe, expect, it } from 'vitest';
import { TraceInstance } from '../../../../../src/platform/linux/trace/trace-instance.ts';
import { TraceReader } from '../../../../../src/platform/linux/trace/trace-reader.ts';
import { FakeTraceFs, pageWith } from '../../../../helpers/fake-trace-fs.ts';

const begun = (timeNs: number, task = 7) => ({ task, socket: 1, states: [7, 2], localPort: 0, timeNs }) as const;
const done = (timeNs: number) => ({ task: 0, socket: 1, states: [2, 1], localPort: 40_000, timeNs }) as const;

function openReader(): { readonly fs: FakeTraceFs; readonly reader: TraceReader } {
  const fs = new FakeTraceFs();
  return { fs, reader: new TraceReader(TraceInstance.open(fs, '7')) };
}

describe('reading of a trace', () => {
  it('puts the records of all CPUs in the order of their time', () => {
    const { fs, reader } = openReader();
    fs.pages[0]?.push(pageWith(done(2e6)));
    fs.pages[1]?.push(pageWith(begun(1e6)));
    expect(reader.read(10)).toMatchObject({
      connections: [{ kind: 'opened', task: 7, atMs: 2, localPort: 40_000 }],
      lost: 0,
    });
  });

  it('keeps what is newer than its beginning for the next one, which may bring what went before', () => {
    const { fs, reader } = openReader();
    fs.pages[0]?.push(pageWith(done(20e6)));
    expect(reader.read(10).connections).toEqual([]);
    fs.pages[1]?.push(pageWith(begun(15e6)));
    expect(reader.read(30).connections).toHaveLength(1);
  });

  it('counts losses and joins nothing over them', () => {
    const { fs, reader } = openReader();
    fs.pages[0]?.push(pageWith(begun(1e6)));
    reader.read(10);
    fs.pages[0]?.push(pageWith(done(12e6), 5));
    expect(reader.read(30)).toEqual({ connections: [], lost: 5 });
  });

  it('takes no more than a bounded number of pages of a CPU, and keeps the order when the rest comes later', () => {
    const { fs, reader } = openReader();
    for (let page = 0; page < 1_023; page++) fs.pages[0]?.push(pageWith({ ...begun(1e6), socket: 2 }));
    fs.pages[0]?.push(pageWith(begun(2e6, 1)), pageWith(begun(3e6, 2)));
    fs.pages[1]?.push(pageWith(done(4e6)));
    expect(reader.read(10).connections).toEqual([]);
    expect(reader.read(10).connections.map((one) => one.task)).toEqual([2]);
  });

  it('survives pages of noise', () => {
    const { fs, reader } = openReader();
    fs.pages[0]?.push(new Uint8Array(4096).fill(0xff), new Uint8Array(3), pageWith(begun(1e6)), pageWith(done(2e6)));
    expect(reader.read(10)).toMatchObject({ connections: [{ task: 7 }], lost: 2 });
  });
});
