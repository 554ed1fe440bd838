import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../../../src/model/address.ts';
import { SOCKET_STATE } from '../../../../../src/model/socket-state.ts';
import type { DiagRequest } from '../../../../../src/platform/linux/netlink/diag-request.ts';
import { appendDiagRows } from '../../../../../src/platform/linux/netlink/inet-diag.ts';
import { GrowableDump } from '../../../../../src/platform/linux/sockets/growable-dump.ts';
import {
  concatBytes,
  diagPayload,
  doneMessage,
  netlinkMessage,
  receivedBuffer,
  type WireSocket,
} from '../../../../helpers/netlink-bytes.ts';

const TCP4: DiagRequest = { family: 2, protocol: 6, states: 0xfff };
const TCP6: DiagRequest = { ...TCP4, family: 10 };
const UDP4: DiagRequest = { ...TCP4, protocol: 17 };
const everyPort = new Uint8Array(65_536).fill(1);

function append(bytes: Uint8Array, request = TCP4, ports = everyPort): { dump: GrowableDump; done: boolean } {
  const dump = new GrowableDump(1);
  const done = appendDiagRows(receivedBuffer(bytes), bytes.length, { request, sequence: 1, dump, ports });
  return { dump, done };
}

function appendSocket(socket: WireSocket, request = TCP4, ports = everyPort): GrowableDump {
  return append(netlinkMessage(20, diagPayload(socket)), request, ports).dump;
}

function endpoints({ columns }: GrowableDump): string[] {
  return Array.from({ length: columns.length }, (_, row) =>
    [
      formatEndpoint(columns.local, row * 4, columns.localPort[row] as number),
      formatEndpoint(columns.remote, row * 4, columns.remotePort[row] as number),
    ].join(' '),
  );
}

const mapped = (...ipv4: number[]) => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...ipv4];

describe('appendDiagRows', () => {
  it('reads every column of an IPv4 connection', () => {
    const cgroup: [number, Uint8Array] = [21, new Uint8Array(Uint32Array.of(25, 1).buffer)];
    const dump = appendSocket({
      localPort: 54_321,
      remotePort: 80,
      local: [10, 1, 2, 3],
      remote: [169, 254, 169, 254],
      cookie: [0xfffffff0, 3],
      inode: 0x89abcdef,
      attributes: [[8, Uint8Array.of(0)], cgroup, [22, Uint8Array.of(1, 2)]],
    });
    expect(endpoints(dump)).toEqual(['10.1.2.3:54321 169.254.169.254:80']);
    expect(dump.columns).toMatchObject({ length: 1 });
    expect([dump.columns.protocol[0], dump.columns.family[0], dump.columns.state[0]]).toEqual([0, 4, 1]);
    expect([dump.columns.cookieLow[0], dump.columns.cookieHigh[0]]).toEqual([0xfffffff0, 3]);
    expect(dump.inode[0]).toBe(0x89abcdef);
    expect(dump.cgroupId[0]).toBe(2 ** 32 + 25);
  });

  it('counts a mapped IPv4 address as family 4, equal to that of an IPv4 socket', () => {
    const six = appendSocket(
      { family: 10, local: mapped(127, 0, 0, 1), remote: mapped(10, 0, 0, 9), remotePort: 443 },
      TCP6,
    );
    const four = appendSocket({ local: [127, 0, 0, 1], remote: [10, 0, 0, 9], remotePort: 443 });
    expect(six.columns.family[0]).toBe(4);
    expect(endpoints(six)).toEqual(endpoints(four));
  });

  it('keeps a dual-stack wildcard in family 6 and knows no peer by all words 0', () => {
    const wildcard = appendSocket({ family: 10, local: new Array<number>(16).fill(0) }, TCP6);
    expect(wildcard.columns.family[0]).toBe(6);
    const listener = appendSocket({ state: 10, local: [127, 0, 0, 1] });
    expect([...listener.columns.remote.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    const mappedListener = appendSocket({ family: 10, local: mapped(127, 0, 0, 1), remote: mapped(0, 0, 0, 0) }, TCP6);
    expect([...mappedListener.columns.remote.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  });

  it('reads a bound-only socket from wire state 7, a stale peer with it', () => {
    const dump = appendSocket({ state: 7, localPort: 45_002, remotePort: 45_100, remote: [127, 0, 0, 1] });
    expect(dump.columns.state[0]).toBe(SOCKET_STATE.bound);
    expect(endpoints(dump)).toEqual(['127.0.0.1:45002 127.0.0.1:45100']);
  });

  it('reads the two states of UDP, and a request without a socket as SYN_RECV', () => {
    expect(appendSocket({ state: 7 }, UDP4).columns.state[0]).toBe(SOCKET_STATE.unconnected);
    expect(appendSocket({ state: 1 }, UDP4).columns.state[0]).toBe(SOCKET_STATE.established);
    expect(appendSocket({ state: 12 }).columns.state[0]).toBe(SOCKET_STATE.syn_recv);
  });

  it('tells the families of one dump apart, and takes no row that is of neither', () => {
    const both = { ...TCP4, family: 0 };
    const answer = (family: number) => netlinkMessage(18, diagPayload({ family, local: mapped(10, 0, 0, family) }));
    const { dump } = append(concatBytes(answer(10), netlinkMessage(18, diagPayload({ local: [10, 0, 0, 2] }))), both);
    expect(endpoints(dump).map((ends) => ends.split(':')[0])).toEqual(['10.0.0.10', '10.0.0.2']);
    expect(() => append(answer(1), both)).toThrow(expect.objectContaining({ code: 'EPH_NETLINK_MALFORMED' }));
    expect(() => append(answer(10), TCP6)).toThrow(expect.objectContaining({ code: 'EPH_NETLINK_MALFORMED' }));
  });

  it('drops sockets whose local port is not to be kept', () => {
    const ports = new Uint8Array(65_536);
    ports[40_001] = 1;
    const rows = [40_000, 40_001, 40_002].map((localPort) => netlinkMessage(20, diagPayload({ localPort })));
    const { dump } = append(concatBytes(...rows), TCP4, ports);
    expect([...dump.columns.localPort.subarray(0, dump.columns.length)]).toEqual([40_001]);
  });

  it('goes on until NLMSG_DONE', () => {
    const row = netlinkMessage(20, diagPayload({}));
    expect(append(row).done).toBe(false);
    expect(append(concatBytes(netlinkMessage(1, new Uint8Array()), row, doneMessage())).done).toBe(true);
  });

  it('reports the errno of a refused dump', () => {
    const refused = netlinkMessage(2, new Uint8Array(Int32Array.of(-2, 0, 0, 0, 0).buffer));
    expect(() => append(refused)).toThrow(expect.objectContaining({ code: 'EPH_NETLINK_ERROR' }));
    expect(() => append(refused)).toThrow(/ENOENT/);
    expect(() => append(doneMessage(105))).toThrow(expect.objectContaining({ code: 'EPH_NETLINK_OVERRUN' }));
  });

  it('gives up a dump that the kernel marks as interrupted', () => {
    const row = netlinkMessage(20, diagPayload({}), { flags: 0x12 });
    expect(() => append(row)).toThrow(expect.objectContaining({ code: 'EPH_NETLINK_OVERRUN' }));
  });

  const good = netlinkMessage(20, diagPayload({ attributes: [[21, new Uint8Array(8)]] }));
  const withByte = (offset: number, value: number) => {
    const bytes = good.slice();
    bytes[offset] = value;
    return bytes;
  };
  it.each<[string, Uint8Array]>([
    ['a header cut short', good.subarray(0, 12)],
    ['a row cut short', good.subarray(0, good.length - 4)],
    ['a message shorter than its header', withByte(0, 15)],
    ['a message of length 0', withByte(0, 0)],
    ['a message longer than the datagram', withByte(1, 1)],
    ['a row shorter than its fixed part', netlinkMessage(20, diagPayload({}).subarray(0, 68))],
    ['an unknown message type', withByte(4, 21)],
    ['an answer to another request', withByte(8, 9)],
    ['another address family', withByte(16, 10)],
    ['state 0', withByte(17, 0)],
    ['a state beyond the last', withByte(17, 13)],
    ['an attribute longer than the row', withByte(88, 200)],
    ['an attribute of length 0', withByte(88, 0)],
    ['a cgroup id of another size', netlinkMessage(20, diagPayload({ attributes: [[21, new Uint8Array(4)]] }))],
    ['an end cut short', netlinkMessage(2, new Uint8Array())],
    ['a positive errno', doneMessage(-7)],
  ])('refuses %s', (_, bytes) => {
    expect(() => append(bytes)).toThrow(expect.objectContaining({ code: 'EPH_NETLINK_MALFORMED' }));
  });
});
