import { ExporterError } from '../../../errors.ts';
import { AF_INET, AF_INET6, IPPROTO_TCP } from '../netlink/diag-request.ts';
import type { BoundSocket } from './bound-socket.ts';

/** Bytes of a record: eight little-endian words {tgid, fd, ino, netns, family, skc_num, state, proto}. */
export const BPF_RECORD_BYTES = 32;

const TCP_CLOSE = 7;
const IPPROTO_MPTCP = 262;

/**
 * The bound-only TCP sockets of one namespace among the records of a BPF task_file iterator, each once, though several
 * processes may hold it. The records have no address: it reads as the wildcard.
 * @param namespace inode of the network namespace
 * @throws ExporterError EPH_BPF_RECORDS when the bytes are no whole records of sockets
 */
export function decodeBpfRecords(bytes: Uint8Array, namespace: number): BoundSocket[] {
  if (bytes.length % BPF_RECORD_BYTES !== 0) throw malformed(`${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = new Map<number, BoundSocket>();
  for (let at = 0; at < bytes.length; at += BPF_RECORD_BYTES) {
    const word = (index: number): number => view.getUint32(at + index * 4, true);
    const [inode, netns, family, port, state, protocol] = [word(2), word(3), word(4), word(5), word(6), word(7)];
    if (port > 65_535) throw malformed(`port ${port}`);
    const isTcp = protocol === IPPROTO_TCP || protocol === IPPROTO_MPTCP;
    if (!isTcp || netns !== namespace || state !== TCP_CLOSE || port === 0) continue;
    if (family !== AF_INET && family !== AF_INET6) throw malformed(`address family ${family}`);
    found.set(inode, { port, family, inode, address: new Uint32Array(4), cookieLow: 0, cookieHigh: 0 });
  }
  return [...found.values()];
}

function malformed(what: string): ExporterError {
  const message = `${what}: not records of 32 bytes as docs/linux-bound.md lays them out; check --linux.bpf-iterator`;
  return new ExporterError('EPH_BPF_RECORDS', message);
}
