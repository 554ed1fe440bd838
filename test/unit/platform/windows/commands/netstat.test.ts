import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../../../src/model/address.ts';
import { SOCKET_STATE } from '../../../../../src/model/socket-state.ts';
import { parseNetstat } from '../../../../../src/platform/windows/commands/netstat-output.ts';
import { socketsOfNetstat } from '../../../../../src/platform/windows/commands/netstat-sockets.ts';
import type { WindowsSockets } from '../../../../../src/platform/windows/sockets/windows-sockets.ts';
import { readFixture } from '../read-fixture.ts';

const UNREADABLE = expect.objectContaining({ code: 'EPH_WINDOWS_OUTPUT' });
const BOUND_PORTS = [50_400, 50_401, 50_402, 50_403, 50_404, 50_405, 50_390, 50_511];

/** What `-ano` prints of the same moment: the output without its bound rows, which the test names by their ports. */
function withoutBound(output: Buffer): Buffer {
  const lines = output.toString('latin1').split('\r\n');
  const kept = lines.filter((line) => !BOUND_PORTS.some((port) => line.includes(`:${port} `)));
  return Buffer.from(kept.join('\r\n'), 'latin1');
}

function read(withBound: Buffer, before = withoutBound(withBound), after = before): WindowsSockets {
  return socketsOfNetstat({
    before: parseNetstat(before),
    withBound: parseNetstat(withBound),
    after: parseNetstat(after),
  });
}

function portsIn({ columns }: WindowsSockets, state: number): number[] {
  return [...columns.localPort.slice(0, columns.length)].filter((_, row) => columns.state[row] === state);
}

const text = (...lines: string[]): Buffer => Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1');

describe.each(['netstat-anoq.en.txt', 'netstat-anoq.de.cp850.txt'])('netstat in %s', (file) => {
  const sockets = read(readFixture(file));

  it('gives all 27 rows with their pids', () => {
    expect(sockets.columns.length).toBe(27);
    const pids = [900, 4, 652, 4120, 4120, 3344, 0, 0, 2588, 5120, 2588, 2588, 2588, 2588, 2588, 2588, 5120];
    const rest = [900, 4, 652, 2588, 1044, 1180, 1180, 652, 1180, 2204];
    expect([...sockets.pid.slice(0, 27)]).toEqual([...pids, ...rest]);
  });

  it('tells bound sockets of both families from listeners', () => {
    expect(portsIn(sockets, SOCKET_STATE.bound)).toEqual(BOUND_PORTS);
    expect(portsIn(sockets, SOCKET_STATE.listen)).toEqual([135, 445, 49_664, 135]);
  });

  it('tells the other states', () => {
    expect(portsIn(sockets, SOCKET_STATE.established)).toEqual([49_900, 49_901, 50_112, 50_500, 50_510]);
    expect(portsIn(sockets, SOCKET_STATE.time_wait)).toEqual([50_230, 50_231]);
    expect(portsIn(sockets, SOCKET_STATE.syn_sent)).toEqual([50_377]);
    expect(portsIn(sockets, SOCKET_STATE.close_wait)).toEqual([50_391]);
    expect(portsIn(sockets, SOCKET_STATE.unconnected)).toEqual([123, 5355, 54_321, 55_001, 5353, 1900]);
  });

  it('gives remotes, and addresses without their scope', () => {
    const { columns } = sockets;
    expect(formatEndpoint(columns.remote, 8 * 4, columns.remotePort[8] as number)).toBe('169.254.169.254:80');
    expect(formatEndpoint(columns.local, 26 * 4, columns.localPort[26] as number)).toBe(
      '[fe80::1c2d:3e4f:5a6b:7c8d]:1900',
    );
  });
});

describe('netstat in a language of which no word is known', () => {
  it('finds a listener whose state has a blank inside, and the bound socket beside it', () => {
    const sockets = read(readFixture('netstat-anoq.it.cp850.txt'));
    expect(portsIn(sockets, SOCKET_STATE.listen)).toEqual([135]);
    expect(portsIn(sockets, SOCKET_STATE.bound)).toEqual([50_400]);
  });

  it('calls a row with a peer established, and with pid 0 time_wait', () => {
    const rows = text(
      '  TCP    10.0.0.1:50001   10.0.0.2:443   \xe1\xe2\xe3 x   44',
      '  TCP    10.0.0.1:50002   10.0.0.2:443   \xe1\xa0\xe3     0',
    );
    const sockets = read(rows);
    expect(portsIn(sockets, SOCKET_STATE.established)).toEqual([50_001]);
    expect(portsIn(sockets, SOCKET_STATE.time_wait)).toEqual([50_002]);
  });
});

describe('a socket that changes between the readings', () => {
  const bound = '  TCP    0.0.0.0:50400          0.0.0.0:0              XX           2588';
  const other = '  TCP    0.0.0.0:135            0.0.0.0:0              XX           900';

  it('is not called bound when one of the two other readings shows it', () => {
    const before = read(text(bound, other), text(bound, other), text(other));
    expect(portsIn(before, SOCKET_STATE.bound)).toEqual([]);
    const after = read(text(bound, other), text(other), text(bound, other));
    expect(portsIn(after, SOCKET_STATE.bound)).toEqual([]);
  });

  it('is bound when the listener on its port belongs to another process', () => {
    const foreign = bound.replace('2588', '9999');
    expect(portsIn(read(text(bound, other), text(foreign)), SOCKET_STATE.bound)).toContain(50_400);
  });
});

describe('netstat output', () => {
  it.each([
    ['nothing', text('')],
    ['titles only', text('Active Connections', '', '  Proto  Local Address')],
    ['a row that was cut off', Buffer.from(readFixture('netstat-anoq.en.txt').subarray(0, 1_000))],
    ['a last row without a line end', text('  UDP    0.0.0.0:6553   *:*   12').subarray(0, -2)],
    ['a port that is none', text('  TCP    0.0.0.0:65536   0.0.0.0:0   X   1')],
    ['a TCP row without a state', text('  TCP    0.0.0.0:6553   0.0.0.0:0   1')],
    ['a UDP row with one', text('  UDP    0.0.0.0:6553   *:*  X   1')],
    ['an address that is none', text('  UDP    0.0.0:6553   *:*   1')],
  ])('that holds %s is refused', (_, output) => {
    expect(() => parseNetstat(output)).toThrow(UNREADABLE);
  });
});
