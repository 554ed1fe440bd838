import { describe, expect, it } from 'vitest';
import { TraceConnections } from '../../../../../src/platform/linux/trace/trace-connections.ts';
import { change, connectBegun, connectDone, LOCAL, REMOTE } from '../../../../helpers/state-change.ts';

describe('connections of a trace', () => {
  it('were opened by the thread that began to connect, with the tuple known at the end', () => {
    const connections = new TraceConnections();
    expect(connections.join([connectBegun({ timeNs: 1e9 })])).toEqual([]);
    expect(connections.join([connectDone({ timeNs: 3e9 })])).toEqual([
      { kind: 'opened', task: 7, atMs: 3_000, localPort: 40_000, remotePort: 80, local: LOCAL, remote: REMOTE },
    ]);
  });

  it('were closed by the thread in whose context the closing began', () => {
    const [closed] = new TraceConnections().join([change('established', 'fin_wait1', { task: 9 })]);
    expect(closed).toMatchObject({ kind: 'closed', task: 9, localPort: 40_000 });
  });

  it('are joined by the socket when many are under way', () => {
    const begun = [1, 2, 3].map((socket) => connectBegun({ socket, task: 100 + socket }));
    const done = [3, 1, 2].map((socket) => connectDone({ socket, localPort: 40_000 + socket }));
    const opened = new TraceConnections().join([...begun, ...done]);
    expect(opened.map((one) => [one.task, one.localPort])).toEqual([
      [103, 40_003],
      [101, 40_001],
      [102, 40_002],
    ]);
  });

  it('are not told when the beginning was not seen, failed, or was another connection’s', () => {
    const other = [0, 0, 0xffff, 5] as const;
    for (const changes of [
      [connectDone()],
      [connectBegun(), change('syn_sent', 'bound'), connectDone()],
      [connectBegun({ remote: other }), connectDone()],
      [connectBegun({ remotePort: 443 }), connectDone()],
      [connectBegun(), connectDone({ socket: 2 })],
      [change('established', 'close_wait'), change('close_wait', 'last_ack')],
    ]) {
      expect(new TraceConnections().join(changes)).toEqual([]);
    }
  });

  it('are told once, and of the last beginning on a socket', () => {
    const opened = new TraceConnections().join([
      connectBegun({ task: 1 }),
      connectBegun({ task: 2 }),
      connectDone(),
      connectDone(),
    ]);
    expect(opened.map((one) => one.task)).toEqual([2]);
  });

  it('are not joined over a loss', () => {
    const connections = new TraceConnections();
    connections.join([connectBegun()]);
    connections.forget();
    expect(connections.join([connectDone()])).toEqual([]);
  });

  it('keep a bounded number under way, the latest', () => {
    const connections = new TraceConnections();
    connections.join(Array.from({ length: 70_000 }, (_, socket) => connectBegun({ socket })));
    expect(connections.join([connectDone({ socket: 0 })])).toEqual([]);
    expect(connections.join([connectDone({ socket: 69_999 })])).toHaveLength(1);
  });
});
