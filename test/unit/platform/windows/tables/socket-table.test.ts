import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../../../src/model/address.ts';
import { SOCKET_STATE } from '../../../../../src/model/socket-state.ts';
import {
  ALL_PORTS,
  createWindowsSockets,
  type WindowsSockets,
} from '../../../../../src/platform/windows/sockets/windows-sockets.ts';
import { decodeSocketTable } from '../../../../../src/platform/windows/tables/socket-table.ts';
import * as layouts from '../../../../../src/platform/windows/tables/table-layout.ts';
import { buildTable, fileTime, type TableRow } from '../build-tables.ts';

const ANY = { wanted: ALL_PORTS.tcp, isBoundTable: false };
const BOUND = { wanted: ALL_PORTS.tcp, isBoundTable: true };
const LOOPBACK6 = [...new Array<number>(15).fill(0), 1];
const DOC6 = [0x20, 0x01, 0x0d, 0xb8, ...new Array<number>(11).fill(0), 0x20];
const METADATA = [169, 254, 169, 254];

function decode(layout: layouts.TableLayout, rows: readonly TableRow[], decoding = ANY): WindowsSockets {
  const sockets = createWindowsSockets(1);
  decodeSocketTable(buildTable(layout, rows), layout, decoding, sockets);
  return sockets;
}

function local({ columns }: WindowsSockets, row: number): string {
  return formatEndpoint(columns.local, row * 4, columns.localPort[row] as number);
}

function remote({ columns }: WindowsSockets, row: number): string {
  return formatEndpoint(columns.remote, row * 4, columns.remotePort[row] as number);
}

describe('a TCP module table', () => {
  it('gives endpoints, state, pid and creation time of IPv4 rows', () => {
    const sockets = decode(layouts.TCP4_MODULE, [
      { state: 3, local: [192, 0, 2, 15], localPort: 50_377, remote: METADATA, remotePort: 80, pid: 2588, created: 0n },
      {
        state: 5,
        local: [192, 0, 2, 15],
        localPort: 65_535,
        remote: [198, 51, 100, 7],
        remotePort: 443,
        pid: 3344,
        created: fileTime(1_772_442_827_123),
      },
    ]);
    expect(sockets.columns.length).toBe(2);
    expect([local(sockets, 0), remote(sockets, 0)]).toEqual(['192.0.2.15:50377', '169.254.169.254:80']);
    expect([local(sockets, 1), remote(sockets, 1)]).toEqual(['192.0.2.15:65535', '198.51.100.7:443']);
    expect([...sockets.columns.state.slice(0, 2)]).toEqual([SOCKET_STATE.syn_sent, SOCKET_STATE.established]);
    expect([...sockets.pid.slice(0, 2)]).toEqual([2588, 3344]);
    expect([...sockets.columns.createdMs.slice(0, 2)]).toEqual([0, 1_772_442_827_123]);
  });

  it('gives IPv6 rows, and calls those on mapped addresses IPv4', () => {
    const mapped = [...new Array<number>(10).fill(0), 0xff, 0xff, 192, 0, 2, 15];
    const sockets = decode(layouts.TCP6_MODULE, [
      {
        state: 8,
        local: LOOPBACK6,
        localPort: 50_500,
        remote: DOC6,
        remotePort: 389,
        pid: 652,
        created: fileTime(5_000),
      },
      { state: 5, local: mapped, localPort: 50_501, remote: mapped, remotePort: 445, pid: 652 },
    ]);
    expect([local(sockets, 0), remote(sockets, 0)]).toEqual(['[::1]:50500', '[2001:db8::20]:389']);
    expect([local(sockets, 1), remote(sockets, 1)]).toEqual(['192.0.2.15:50501', '192.0.2.15:445']);
    expect([...sockets.columns.family.slice(0, 2)]).toEqual([6, 4]);
    expect(sockets.columns.state[0]).toBe(SOCKET_STATE.close_wait);
    expect(sockets.columns.createdMs[0]).toBe(5_000);
  });

  it('knows every documented state number', () => {
    const states = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 100];
    const rows = states.map((state) => ({ state, local: [0, 0, 0, 0], localPort: 50_000, pid: 1 }));
    const names = [...decode(layouts.TCP4_MODULE, rows).columns.state.slice(0, states.length)].map((code) =>
      Object.keys(SOCKET_STATE).find((name) => SOCKET_STATE[name as keyof typeof SOCKET_STATE] === code),
    );
    const opening = ['closing', 'listen', 'syn_sent', 'syn_recv', 'established'];
    const ending = ['fin_wait1', 'fin_wait2', 'close_wait', 'closing', 'last_ack', 'time_wait', 'closing', 'bound'];
    expect(names).toEqual([...opening, ...ending]);
  });

  it('counts a state number that nobody documents, and keeps its port as closing', () => {
    const bytes = buildTable(layouts.TCP4_MODULE, [{ state: 13, local: [0, 0, 0, 0], localPort: 50_000, pid: 1 }]);
    const sockets = createWindowsSockets();
    decodeSocketTable(bytes, layouts.TCP4_MODULE, ANY, sockets);
    expect(sockets.unknownStates).toBe(1);
    expect(sockets.columns.state[0]).toBe(SOCKET_STATE.closing);
  });

  it('shows no peer for a listener, whatever its remote fields hold', () => {
    const row = { state: 2, local: [0, 0, 0, 0], localPort: 49_664, remote: [1, 2, 3, 4], remotePort: 9_999, pid: 652 };
    const { columns } = decode(layouts.TCP4_MODULE, [row]);
    expect([columns.remotePort[0], ...columns.remote.slice(0, 4)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('is cut to the wanted ports', () => {
    const wanted = new Uint8Array(65_536);
    wanted[50_001] = 1;
    const rows = [443, 50_000, 50_001].map((localPort) => ({ local: [0, 0, 0, 0], localPort, pid: 1 }));
    const sockets = decode(layouts.TCP4_MODULE, rows, { wanted, isBoundTable: false });
    expect([...sockets.columns.localPort.slice(0, sockets.columns.length)]).toEqual([50_001]);
  });
});

describe('a bound table', () => {
  it('makes every row bound without a peer, whatever its state says', () => {
    const v4 = decode(
      layouts.TCP4_BOUND,
      [0, 1, 5, 100].map((state) => ({
        state,
        local: [0, 0, 0, 0],
        localPort: 50_400,
        remote: METADATA,
        remotePort: 80,
        pid: 2588,
      })),
      BOUND,
    );
    expect([...v4.columns.state.slice(0, 4)]).toEqual(new Array(4).fill(SOCKET_STATE.bound));
    expect([...v4.columns.remotePort.slice(0, 4)]).toEqual([0, 0, 0, 0]);
    const v6 = decode(layouts.TCP6_BOUND, [{ local: LOOPBACK6, localPort: 50_511, pid: 2588 }], BOUND);
    expect([local(v6, 0), v6.pid[0], v6.columns.createdMs[0]]).toEqual(['[::1]:50511', 2588, 0]);
  });
});

describe('a UDP module table', () => {
  it('gives unconnected sockets with pid and creation time', () => {
    const v4 = decode(layouts.UDP4_MODULE, [
      { local: [127, 0, 0, 1], localPort: 55_001, pid: 652, created: fileTime(9) },
    ]);
    expect([local(v4, 0), v4.pid[0], v4.columns.createdMs[0]]).toEqual(['127.0.0.1:55001', 652, 9]);
    const v6 = decode(layouts.UDP6_MODULE, [{ local: DOC6, localPort: 54_321, pid: 1180 }]);
    expect([local(v6, 0), v6.pid[0]]).toEqual(['[2001:db8::20]:54321', 1180]);
    const { protocol, state, remotePort } = v6.columns;
    expect([protocol[0], state[0], remotePort[0]]).toEqual([1, SOCKET_STATE.unconnected, 0]);
  });
});

describe.each([16_384, 64_511])('a table of %i rows', (count) => {
  it('arrives whole, each row with its own port and pid', () => {
    const rows = Array.from({ length: count }, (_, index) => ({
      local: [10, 0, 0, 1],
      localPort: 65_535 - index,
      pid: 4 * index,
      remote: [10, 0, index >>> 8, index & 0xff],
      remotePort: 80,
      created: fileTime(1_000 + index),
    }));
    const sockets = decode(layouts.TCP4_MODULE, rows);
    expect(sockets.columns.length).toBe(count);
    for (let index = 0; index < count; index++) {
      if (sockets.columns.localPort[index] !== 65_535 - index || sockets.pid[index] !== 4 * index) {
        throw new Error(`row ${index} is another's`);
      }
    }
    expect(remote(sockets, count - 1)).toBe(`10.0.${(count - 1) >>> 8}.${(count - 1) & 0xff}:80`);
    expect(sockets.columns.createdMs[count - 1]).toBe(1_000 + count - 1);
  });
});
