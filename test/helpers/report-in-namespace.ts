import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/model/report.ts';
import type { PortState } from '../../src/model/socket-state.ts';
import { startLineProgram } from './line-program.ts';
import type { Truth } from './recipes/truth.ts';

const ENTRY = fileURLToPath(new URL('./read-report.js', import.meta.url));

export interface Reporter {
  report(): Promise<Report>;
  stop(): Promise<void>;
}

/**
 * The built pipeline from the socket to the report, inside a namespace and, unless `flags` are given, of it alone. `wrapper` is
 * put before it: `setpriv ...`.
 */
export function startReporter(
  netns: string,
  wrapper: readonly string[] = [],
  flags: readonly string[] = ['--no-collector.namespaces'],
): Reporter {
  const [command, ...args] = [...wrapper, process.execPath, ENTRY, ...flags];
  const program = startLineProgram(netns, command as string, args);
  return { report: async () => (await program.ask({})) as Report, stop: program.stop };
}

/** DESIGN section 2, written down a second time and plainly: the test must not ask the code what is right. */
const DOMINANCE: readonly string[] = [
  'listen',
  'established',
  'transient',
  'close_wait',
  'bound',
  'time_wait',
  'unconnected',
];

export type PortCounts = Partial<Record<PortState, number>>;

/** Ports by dominant state that follow from the sockets a test opened. */
export function truePorts(truth: Truth, protocol: 'tcp' | 'udp'): PortCounts {
  const ranks = new Map<number, number>();
  for (const row of truth.filter((one) => one.protocol === protocol)) {
    const state = DOMINANCE.includes(row.state) ? row.state : 'transient';
    ranks.set(row.port, Math.min(DOMINANCE.indexOf(state), ranks.get(row.port) ?? DOMINANCE.length));
  }
  const counts: PortCounts = {};
  for (const rank of ranks.values()) {
    const state = DOMINANCE[rank] as PortState;
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

/** What the report says of them: states with at least one port. */
export function reportedPorts(report: Report, protocol: 'tcp' | 'udp'): PortCounts {
  const pool = report.pools.find((one) => one.protocol === protocol);
  if (pool === undefined) throw new Error(`no ${protocol} pool: ${JSON.stringify(report.problems)}`);
  return Object.fromEntries(Object.entries(pool.states).filter(([, ports]) => ports > 0));
}

/** Sum over the groups, by state, that must equal the pool's. */
export function groupPorts(report: Report, protocol: 'tcp' | 'udp'): PortCounts {
  const sums: PortCounts = {};
  for (const { ports } of report.groups) {
    for (const [state, count] of Object.entries(ports[protocol]) as [PortState, number][]) {
      if (count > 0) sums[state] = (sums[state] ?? 0) + count;
    }
  }
  return sums;
}
