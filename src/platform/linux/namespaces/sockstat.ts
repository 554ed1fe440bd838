/** What the kernel counts in one network namespace, cheap to read. */
export interface SocketCounts {
  /** Sockets of every kind that programs have open. */
  readonly used: number;
  readonly timeWait: number;
  /** All numbers that belong to the namespace, as one text: another one means that something happened. */
  readonly text: string;
}

/** Sockets that are in a table of the kernel, by protocol; a TCP socket that is only bound is in none. */
export interface HashedCounts {
  readonly tcp: number;
  readonly udp: number;
  /** All protocols together. */
  readonly total: number;
}

/**
 * `/proc/PID/net/sockstat`: `sockets: used 12`, `TCP: inuse 1 orphan 0 tw 0 alloc 5 mem 2`, ... Orphans, `alloc` and `mem`
 * are those of the whole host. Undefined when it is not that.
 */
export function parseSockstat(text: string): SocketCounts | undefined {
  const used = /^sockets: used (\d+)$/m.exec(text)?.[1];
  const tcp = /^TCP: inuse (\d+) .*\btw (\d+)/m.exec(text);
  const udp = /^UDP: inuse (\d+)/m.exec(text)?.[1];
  if (used === undefined || tcp === null) return undefined;
  return { used: Number(used), timeWait: Number(tcp[2]), text: `${used} ${tcp[1]} ${tcp[2]} ${udp}` };
}

/** `/proc/PID/net/protocols`: a line a protocol, with its name, object size and sockets. Undefined when it is not that. */
export function parseProtocols(text: string): HashedCounts | undefined {
  const counts = new Map<string, number>();
  for (const [, name = '', sockets] of text.matchAll(/^(\S+) +\d+ +(\d+) /gm)) counts.set(name, Number(sockets));
  if (!counts.has('TCP')) return undefined;
  const at = (name: string) => counts.get(name) ?? 0;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { tcp: at('TCP') + at('TCPv6'), udp: at('UDP') + at('UDPv6'), total };
}

const CONNECTION_COUNTERS = ['ActiveOpens', 'PassiveOpens', 'CurrEstab'];

/**
 * Connections ever begun and accepted, and those open, of the two `Tcp:` lines of `/proc/PID/net/snmp`, as one text: while it
 * stays, no connection came or went. Undefined when it is not that.
 */
export function parseConnectionCounts(text: string): string | undefined {
  const [names = '', values = ''] = text.match(/^Tcp: .*$/gm) ?? [];
  const columns = names.split(' ');
  const counts = CONNECTION_COUNTERS.map((name) => values.split(' ')[columns.indexOf(name)] ?? '');
  return counts.every((count) => /^\d+$/.test(count)) ? counts.join(' ') : undefined;
}
