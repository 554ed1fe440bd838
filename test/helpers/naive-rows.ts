import { formatEndpoint, linkLocalClass } from '../../src/model/address.ts';
import type { Sample } from '../../src/model/sample.ts';
import { PORT_STATE, PORT_STATE_OF_SOCKET, SOCKET_STATE } from '../../src/model/socket-state.ts';

/** A socket row in words. */
export interface NaiveRow {
  readonly netns: string;
  readonly portKey: string;
  readonly socket: string;
  readonly hasCookie: boolean;
  readonly rank: number;
  readonly state: number;
  readonly isUdp: boolean;
  readonly process: number;
  readonly remote: string | undefined;
  readonly remoteOrder: string;
  /** Text that sorts as sockets of equal right do. */
  readonly order: string;
  readonly linkLocal: string;
  readonly createdMs: number;
  /** `pid@startMs` or an owner code; empty until it is resolved. */
  owner: string;
}

/** The rows of a sample in words. */
export function readRows({ sockets, namespaces }: Sample): NaiveRow[] {
  return Array.from({ length: sockets.length }, (_, row): NaiveRow => {
    const netns = namespaces[sockets.netns[row] as number]?.name as string;
    const isUdp = sockets.protocol[row] === 1;
    const remotePort = sockets.remotePort[row] as number;
    const remote = remotePort === 0 ? undefined : formatEndpoint(sockets.remote, row * 4, remotePort);
    const local = formatEndpoint(sockets.local, row * 4, sockets.localPort[row] as number);
    const hasCookie = sockets.cookieLow[row] !== 0 || sockets.cookieHigh[row] !== 0;
    const protocol = isUdp ? 'udp' : 'tcp';
    const udpRank = sockets.state[row] === SOCKET_STATE.established ? PORT_STATE.established : PORT_STATE.unconnected;
    const remoteWords = sockets.remote.subarray(row * 4, row * 4 + 4);
    const localWords = sockets.local.subarray(row * 4, row * 4 + 4);
    return {
      netns,
      portKey: `${netns} ${protocol} ${sockets.localPort[row]}`,
      socket: hasCookie
        ? `${netns} ${protocol} ${String(sockets.cookieLow[row]).padStart(5)}`
        : `${netns} ${protocol} ${local} ${remote}`,
      hasCookie,
      rank: isUdp ? udpRank : (PORT_STATE_OF_SOCKET[sockets.state[row] as number] as number),
      state: sockets.state[row] as number,
      isUdp,
      process: sockets.process[row] as number,
      remote,
      remoteOrder: inOrder([...remoteWords, remotePort]),
      order: inOrder([sockets.cookieLow[row] as number, ...remoteWords, ...localWords, remotePort]),
      linkLocal: remote === undefined ? 'other' : linkLocalClass(sockets.remote, row * 4),
      createdMs: sockets.createdMs[row] as number,
      owner: '',
    };
  });
}

function inOrder(words: readonly number[]): string {
  return words.map((word) => String(word).padStart(10, '0')).join(' ');
}
