import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../../../src/model/address.ts';
import {
  appendBound,
  type BoundSocket,
  decodeName,
  isFresh,
} from '../../../../../src/platform/linux/bound/bound-socket.ts';
import { GrowableDump } from '../../../../../src/platform/linux/sockets/growable-dump.ts';

/** sockaddr_in6 or sockaddr_in with the port 40,001, 0x9c41. */
function sockaddr(family: number, address: readonly number[]): Uint8Array {
  return Uint8Array.of(family, 0, 0x9c, 0x41, ...(family === 10 ? [0, 0, 0, 0] : []), ...address);
}

/** struct tcp_info with two fields set. */
function tcpInfo(fields: { readonly pmtu?: number; readonly rcvMss?: number }): Uint8Array {
  const bytes = new Uint8Array(232);
  const view = new DataView(bytes.buffer);
  view.setUint32(20, fields.rcvMss ?? 0, true);
  view.setUint32(60, fields.pmtu ?? 0, true);
  return bytes;
}

function rowOf(name: Uint8Array): string {
  const bound = decodeName(name, name.length) as BoundSocket;
  const dump = new GrowableDump(1);
  appendBound({ ...bound, inode: 9, cookieLow: 5, cookieHigh: 1 }, dump);
  const { columns, inode } = dump;
  const local = formatEndpoint(columns.local, 0, columns.localPort[0] as number);
  return `v${columns.family[0]} ${local} inode ${inode[0]} cookie ${columns.cookieHigh[0]}:${columns.cookieLow[0]}`;
}

describe('the name of a socket', () => {
  it.each([
    ['IPv4', sockaddr(2, [127, 0, 0, 9]), 'v4 127.0.0.9:40001'],
    ['IPv6', sockaddr(10, [0xfe, 0x80, ...Array(13).fill(0), 1]), 'v6 [fe80::1]:40001'],
    ['a mapped address', sockaddr(10, [...Array(10).fill(0), 255, 255, 10, 0, 0, 1]), 'v4 10.0.0.1:40001'],
    ['the wildcard', sockaddr(10, Array(16).fill(0)), 'v6 [::]:40001'],
  ])('is read for %s', (_, name, row) => {
    expect(rowOf(name)).toBe(`${row} inode 9 cookie 1:5`);
  });

  it.each([
    ['no port', Uint8Array.of(2, 0, 0, 0, 127, 0, 0, 1)],
    ['another family', sockaddr(1, Array(16).fill(0))],
    ['an address cut short', sockaddr(10, Array(15).fill(1))],
    ['nothing', new Uint8Array(0)],
  ])('is none with %s', (_, name) => {
    expect(decodeName(name, name.length)).toBeUndefined();
  });
});

describe('a socket that never was more than bound', () => {
  it('has neither a path MTU nor a receive MSS', () => {
    const verdicts = [{}, { pmtu: 65_535 }, { rcvMss: 88 }, { pmtu: 1500, rcvMss: 536 }].map((fields) =>
      isFresh(tcpInfo(fields), 232),
    );
    expect(verdicts).toEqual([true, false, false, false]);
  });

  it('is not told from a structure that an older kernel cut short', () => {
    expect(isFresh(tcpInfo({}), 63)).toBe(false);
  });
});
