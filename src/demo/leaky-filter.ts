import type { ConnectionEvent, ProcessRow } from '../model/sample.ts';
import type { SocketRow } from '../model/socket-columns.ts';
import type { DynamicPorts } from './dynamic-ports.ts';
import { parseRemote, socketRow } from './socket-row.ts';

/** The cloud's metadata address, which nobody answers at in an office. */
const METADATA = '169.254.169.254:80';

export interface LeakyFilterOptions {
  readonly ports: DynamicPorts;
  readonly random: () => number;
  /** Unix ms of the update after which it leaks. */
  readonly updateAtMs: number;
  readonly leakPerMinute: number;
  /** Its index among the processes of the sample. */
  readonly process: number;
  /** Boot clock minus wall clock, ms. */
  readonly bootOffsetMs: number;
}

/** The DNS filter service: each request to the metadata address leaves a bound port behind. */
export interface LeakyFilter {
  step(
    fromMs: number,
    toMs: number,
  ): { readonly rows: readonly SocketRow[]; readonly events: readonly ConnectionEvent[] };
  process(atMs: number): ProcessRow;
}

export function createLeakyFilter(options: LeakyFilterOptions): LeakyFilter {
  const { ports, random, updateAtMs, leakPerMinute, process, bootOffsetMs } = options;
  const remote = parseRemote(METADATA);
  const rows: SocketRow[] = [];
  let owed = 0;
  return {
    step(fromMs, toMs) {
      const events: ConnectionEvent[] = [];
      if (toMs > updateAtMs) owed += (leakPerMinute * (toMs - Math.max(fromMs, updateAtMs))) / 60_000;
      for (; owed >= 1; owed--) {
        const port = ports.take();
        if (port === undefined) continue;
        const createdMs = Math.round(toMs - random() * (toMs - fromMs));
        const row = socketRow({ protocol: 'tcp', state: 'bound', port, process, createdMs });
        rows.push(row);
        events.push({
          kind: 'opened',
          netns: 0,
          process,
          atMs: createdMs + bootOffsetMs,
          localPort: port,
          remotePort: remote.port,
          local: row.local,
          remote: remote.words,
        });
      }
      return { rows, events };
    },
    process(atMs) {
      const isUpdated = atMs >= updateAtMs;
      return {
        pid: isUpdated ? 9_472 : 1_808,
        startMs: isUpdated ? updateAtMs : updateAtMs - 12 * 86_400_000,
        name: 'dns-filter.exe',
        unit: 'DnsFilter',
        executable: 'C:\\Program Files\\DNS Filter\\dns-filter.exe',
        executableChangeMs: isUpdated ? updateAtMs - 40_000 : updateAtMs - 90 * 86_400_000,
        handles: 310 + rows.length,
      };
    },
  };
}
