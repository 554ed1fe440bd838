import { describe, expect, it } from 'vitest';
import {
  parseConnectionCounts,
  parseProtocols,
  parseSockstat,
} from '../../../../../src/platform/linux/namespaces/sockstat.ts';

const SOCKSTAT = `sockets: used 12
TCP: inuse 1 orphan 7 tw 3 alloc 99 mem 5
UDP: inuse 2 mem 0
UDPLITE: inuse 0
RAW: inuse 0
FRAG: inuse 0 memory 0
`;
const PROTOCOLS = `protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re sp bi br ha uh gp em
PACKET    1600      1      -1   NI       0   no   kernel      n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n
UDPv6     1472      2       0   NI       0   yes  kernel      y  y  y  n  y  y  y  n  y  y  y  y  n  n  n  y  y  y  n
TCPv6     2432      4     199   no     192   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y
UNIX-STREAM 1152     10      -1   NI       0   yes  kernel      y  n  n  n  n  n  n  n  n  n  n  n  n  n  n  y  n  n  n
UDP       1344      8       0   NI       0   yes  kernel      y  y  y  n  y  y  y  n  y  y  y  y  n  n  n  y  y  y  n
TCP       2304     16     199   no     192   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y
`;
const SNMP = `Ip: Forwarding DefaultTTL
Ip: 1 64
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs
Tcp: 1 200 120000 -1 554 343 50 6 2 50327
`;

describe('parseSockstat', () => {
  it('tells the open sockets and those in TIME_WAIT', () => {
    expect(parseSockstat(SOCKSTAT)).toMatchObject({ used: 12, timeWait: 3 });
  });

  it('has the same text while only the host has changed, and another one for each number of the namespace', () => {
    const text = parseSockstat(SOCKSTAT)?.text;
    const ofHost = SOCKSTAT.replace('orphan 7', 'orphan 8').replace('alloc 99', 'alloc 7').replace('mem 5', 'mem 6');
    expect(parseSockstat(ofHost)?.text).toBe(text);
    for (const [from, to] of [
      ['used 12', 'used 13'],
      ['TCP: inuse 1', 'TCP: inuse 2'],
      ['tw 3', 'tw 4'],
      ['UDP: inuse 2', 'UDP: inuse 3'],
    ] as const) {
      expect(parseSockstat(SOCKSTAT.replace(from, to))?.text).not.toBe(text);
    }
  });

  it.each(['', 'sockets: used 3\n', 'TCP: inuse 1 orphan 7 tw 3 alloc 99 mem 5\n', 'sockets: used x\n'])(
    'takes nothing from %j',
    (text) => expect(parseSockstat(text)).toBeUndefined(),
  );
});

describe('parseProtocols', () => {
  it('adds up both families, and all protocols', () => {
    expect(parseProtocols(PROTOCOLS)).toEqual({ tcp: 20, udp: 10, total: 41 });
  });

  it('takes nothing from another file', () => expect(parseProtocols(SOCKSTAT)).toBeUndefined());
});

describe('parseConnectionCounts', () => {
  it('finds the columns by their names', () => expect(parseConnectionCounts(SNMP)).toBe('554 343 2'));

  it.each(['', 'Tcp: ActiveOpens\n', 'Tcp: A B\nTcp: 1 2\n', SNMP.replace('343', 'many')])(
    'takes nothing from %j',
    (text) => expect(parseConnectionCounts(text)).toBeUndefined(),
  );
});
