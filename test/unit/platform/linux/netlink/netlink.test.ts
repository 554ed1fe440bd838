import { describe, expect, it } from 'vitest';
import { DiagSocket } from '../../../../../src/platform/linux/netlink/netlink.ts';
import { NetlinkTables } from '../../../../../src/platform/linux/netlink/netlink-tables.ts';
import { GrowableDump } from '../../../../../src/platform/linux/sockets/growable-dump.ts';
import { makeFakeLibc, type Received } from '../../../../helpers/fake-libc.ts';
import { diagPayload, doneMessage, netlinkMessage } from '../../../../helpers/netlink-bytes.ts';

const REQUEST = { family: 2, protocol: 6, states: 0xfff };
const everyPort = new Uint8Array(65_536).fill(1);
const EINTR = 4;
const ENOBUFS = 105;

const BY_FAMILY = 20;
const BOTH_FAMILIES = 18;

const row = (sequence: number, localPort: number, flags = 2, type = BY_FAMILY, family = 2) =>
  netlinkMessage(type, diagPayload({ family, localPort, cookie: [localPort, 0] }), { sequence, flags });
const messageType = (request: Uint8Array) => new DataView(request.buffer).getUint16(4, true);

function dumpOnce(answers: (sequence: number) => readonly Received[], isLate = () => false) {
  const libc = makeFakeLibc({ answers });
  const socket = new DiagSocket(libc);
  const dump = new GrowableDump(1);
  return { libc, socket, dump, run: () => socket.dump(REQUEST, dump, everyPort, isLate) };
}

describe('DiagSocket', () => {
  it('asks as the kernel expects: 72 bytes, or 84 with the port filter', () => {
    const { libc, socket, dump, run } = dumpOnce((sequence) => [doneMessage(0, sequence)]);
    run();
    socket.dump({ ...REQUEST, family: 10, states: 0x2000, minPort: 32_768 }, dump, everyPort, () => false);
    const hex = libc.sent.map((bytes) => Buffer.from(bytes).toString('hex'));
    const zeroes = '00'.repeat(48);
    expect(hex[0]).toBe(`48000000${'1400'}0103${'01000000'}${'00000000'}02060000ff0f0000${zeroes}`);
    const filter = '0c000100' + '02080c00' + '00000080';
    expect(hex[1]).toBe(`54000000${'1400'}0103${'02000000'}${'00000000'}0a06000000200000${zeroes}${filter}`);
  });

  it('asks for both families of TCP at once by the older request: 76 bytes, or 88', () => {
    const { libc, socket, dump } = dumpOnce((sequence) => [doneMessage(0, sequence)]);
    const both = { ...REQUEST, family: 0, states: 0x2fff };
    socket.dump(both, dump, everyPort, () => false);
    socket.dump({ ...both, minPort: 32_768 }, dump, everyPort, () => false);
    const hex = libc.sent.map((bytes) => Buffer.from(bytes).toString('hex'));
    const request = `${'00'.repeat(52)}ff2f000000000000`;
    expect(hex[0]).toBe(`4c000000${'1200'}0103${'01000000'}${'00000000'}${request}`);
    const filter = '0c000100' + '02080c00' + '00000080';
    expect(hex[1]).toBe(`58000000${'1200'}0103${'02000000'}${'00000000'}${request}${filter}`);
  });

  it('receives until the dump is done, and again when a signal came in between', () => {
    const { dump, run } = dumpOnce((sequence) => [row(sequence, 1), EINTR, row(sequence, 2), doneMessage(0, sequence)]);
    expect(run()).toBe(true);
    expect([...dump.columns.localPort.subarray(0, dump.columns.length)]).toEqual([1, 2]);
  });

  it.each<[string, Received, string]>([
    ['dropped messages', ENOBUFS, 'EPH_NETLINK_OVERRUN'],
    ['a kernel that does not answer', 11, 'EPH_NETLINK_ERROR'],
    ['a refusal', doneMessage(1, 1), 'EPH_NETLINK_ERROR'],
    ['an empty datagram', new Uint8Array(), 'EPH_NETLINK_MALFORMED'],
    ['a datagram that did not fit', new Uint8Array(70_000), 'EPH_NETLINK_MALFORMED'],
    ['garbage', Uint8Array.of(1, 2, 3), 'EPH_NETLINK_MALFORMED'],
  ])('keeps no row of a dump broken by %s, and begins the next on a new socket', (_, received, code) => {
    const { libc, dump, run } = dumpOnce((sequence) => [row(sequence, 1), received]);
    expect(run).toThrow(expect.objectContaining({ code }));
    expect(dump.columns.length).toBe(0);
    expect(libc.openFds.size).toBe(0);
  });

  it('gives up between datagrams when time runs out', () => {
    let asked = 0;
    const { libc, dump, run } = dumpOnce(
      (sequence) => [row(sequence, 1), row(sequence, 2), doneMessage(0, sequence)],
      () => ++asked > 2,
    );
    expect(run()).toBe(false);
    expect(dump.columns.length).toBe(0);
    expect(libc.openFds.size).toBe(0);
  });

  it('says why it cannot open a socket', () => {
    const socket = new DiagSocket(makeFakeLibc({ socketErrno: () => 24 }));
    expect(() => socket.dump(REQUEST, new GrowableDump(1), everyPort, () => false)).toThrow(/EMFILE/);
  });
});

describe('NetlinkTables', () => {
  const query = { piece: 'tcp', ports: everyPort, minPort: 32_768, isLate: () => false, report: () => {} } as const;

  it('asks for both families of TCP in one dump, and once more when it was overtaken by changes', () => {
    const libc = makeFakeLibc({
      answers: (sequence) => [
        row(sequence, 10 + sequence, sequence === 1 ? 0x12 : 2, BOTH_FAMILIES),
        row(sequence, 20 + sequence, 2, BOTH_FAMILIES, 10),
        doneMessage(0, sequence),
      ],
    });
    const dump = new GrowableDump(1);
    expect(new NetlinkTables(libc).append(query, dump)).toBe(true);
    expect(libc.sent.map(messageType)).toEqual([BOTH_FAMILIES, BOTH_FAMILIES]);
    expect([...dump.columns.localPort.subarray(0, dump.columns.length)]).toEqual([12, 22]);
  });

  it('asks for each family of UDP by itself', () => {
    const libc = makeFakeLibc({ answers: (sequence) => [doneMessage(0, sequence)] });
    expect(new NetlinkTables(libc).append({ ...query, piece: 'udp' }, new GrowableDump(1))).toBe(true);
    expect(libc.sent.map((bytes) => [messageType(bytes), bytes[16], bytes[17]])).toEqual([
      [BY_FAMILY, 2, 17],
      [BY_FAMILY, 10, 17],
    ]);
  });

  it('asks for each family by itself, from then on, where the kernel refuses the older request', () => {
    const EINVAL = 22;
    const libc = makeFakeLibc({
      answers: (sequence, request) =>
        messageType(request) === BOTH_FAMILIES
          ? [doneMessage(EINVAL, sequence)]
          : [row(sequence, sequence, 2, BY_FAMILY, request[16]), doneMessage(0, sequence)],
    });
    const tables = new NetlinkTables(libc);
    const dump = new GrowableDump(1);
    expect([tables.append(query, dump), tables.append(query, dump)]).toEqual([true, true]);
    expect(libc.sent.map(messageType)).toEqual([BOTH_FAMILIES, BY_FAMILY, BY_FAMILY, BY_FAMILY, BY_FAMILY]);
    expect(dump.columns.length).toBe(4);
  });

  it('fails when the second try was overtaken too', () => {
    const libc = makeFakeLibc({ answers: (sequence) => [row(sequence, 1, 0x12, BOTH_FAMILIES)] });
    expect(() => new NetlinkTables(libc).append(query, new GrowableDump(1))).toThrow(
      expect.objectContaining({ code: 'EPH_NETLINK_OVERRUN' }),
    );
    expect(libc.sent.length).toBe(2);
  });

  it('finds out at once that the kernel lacks the module of one protocol', () => {
    const IPPROTO_UDP = 17;
    const answers = (sequence: number, request: Uint8Array) => [
      doneMessage(request[17] === IPPROTO_UDP ? 2 : 0, sequence),
    ];
    expect(() => new NetlinkTables(makeFakeLibc({ answers })).check()).toThrow(/ENOENT/);
    expect(() =>
      new NetlinkTables(makeFakeLibc({ answers: (sequence) => [doneMessage(0, sequence)] })).check(),
    ).not.toThrow();
  });
});
