import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** TCP_TIMEWAIT_LEN of include/net/tcp.h; no setting changes it. */
export const TIME_WAIT_SECONDS = 60;

/** net.ipv4.tcp_tw_reuse: 0 never, 1 always, 2 on loopback; -1 when it cannot be read. */
export function readTcpTwReuse(procfs: string): number {
  try {
    const text = readFileSync(join(procfs, 'sys/net/ipv4/tcp_tw_reuse'), 'latin1').trim();
    return /^\d{1,3}$/.test(text) ? Number(text) : -1;
  } catch {
    return -1;
  }
}
