import { OWNER_CODE } from '../model/owner-code.ts';
import type { Protocol } from '../model/protocol.ts';
import type { SocketRow } from '../model/socket-columns.ts';
import { SOCKET_STATE } from '../model/socket-state.ts';
import { CAST, type Load } from './cast.ts';
import type { DynamicPorts } from './dynamic-ports.ts';
import { socketRow } from './socket-row.ts';

/** The programs that only do their work. */
export interface OfficeNoise {
  /** Lets them open and close until they hold what they hold at that time; says all that is open, TIME_WAIT included. */
  step(atMs: number): readonly SocketRow[];
}

/** Half of a day's work is done between 8 and 18 o'clock, Monday to Friday, host time (UTC here). */
const OFFICE = { opens: 8, closes: 18 } as const;

export function createOfficeNoise(pools: Readonly<Record<Protocol, DynamicPorts>>, random: () => number): OfficeNoise {
  const lines = CAST.flatMap(({ loads }, process) => loads.map((load) => ({ load, process, rows: [] as SocketRow[] })));
  let waiting: SocketRow[] = [];
  return {
    step(atMs) {
      for (const { localPort } of waiting) pools.tcp.release(localPort);
      waiting = [];
      for (const line of lines) {
        const { load, process } = line;
        const wanted = wantedPorts(load, atMs, random);
        const [kept, closed] = split(line.rows, (_, index) => index < wanted && random() >= load.churn);
        for (const row of closed) {
          // Windows forgets who closed a connection.
          if (load.protocol === 'tcp')
            waiting.push({ ...row, state: SOCKET_STATE.time_wait, process: OWNER_CODE.timeWait });
          else pools.udp.release(row.localPort);
        }
        line.rows = kept;
        while (kept.length < wanted) {
          const port = pools[load.protocol].take();
          if (port === undefined) break;
          const remote = load.remotes[Math.floor(random() * load.remotes.length)];
          const { protocol, state } = load;
          kept.push(
            socketRow({ protocol, state, port, process, createdMs: atMs, ...(remote !== undefined && { remote }) }),
          );
        }
      }
      return [...lines.flatMap(({ rows }) => rows), ...waiting];
    },
  };
}

function wantedPorts({ atNight, byDay, burst }: Load, atMs: number, random: () => number): number {
  const at = new Date(atMs);
  const hour = at.getUTCHours() + at.getUTCMinutes() / 60;
  if (burst !== undefined && Math.floor(hour) === burst.hour) return burst.ports;
  const isWorkday = at.getUTCDay() % 6 !== 0 && hour >= OFFICE.opens && hour < OFFICE.closes;
  const swing = isWorkday ? Math.sin(((hour - OFFICE.opens) / (OFFICE.closes - OFFICE.opens)) * Math.PI) : 0;
  const mean = atNight + (byDay - atNight) * swing;
  return Math.round(mean * (0.9 + 0.2 * random()));
}

function split<T>(items: readonly T[], isKept: (item: T, index: number) => boolean): [T[], T[]] {
  const [kept, rest]: [T[], T[]] = [[], []];
  for (const [index, item] of items.entries()) (isKept(item, index) ? kept : rest).push(item);
  return [kept, rest];
}
