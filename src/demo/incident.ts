import type { NamespaceRow, ProcessRow, Sample } from '../model/sample.ts';
import { socketColumnsFromRows } from '../model/socket-columns.ts';
import { type Actor, CAST } from './cast.ts';
import { createDynamicPorts } from './dynamic-ports.ts';
import { createLeakyFilter } from './leaky-filter.ts';
import { createOfficeNoise } from './office-noise.ts';
import { createRandom } from './random.ts';

export interface IncidentOptions {
  /** Unix ms of the first sample. */
  readonly startMs: number;
  readonly hours: number;
  readonly stepMinutes: number;
  /** Hour at which the filter service is updated, and begins to leak. */
  readonly updateAtHour: number;
  readonly leakPerMinute: number;
}

export const SEVEN_DAYS: Omit<IncidentOptions, 'startMs'> = {
  hours: 168,
  stepMinutes: 10,
  updateAtHour: 7,
  leakPerMinute: 1.75,
};

const FIRST = 49_152;
const LAST = 65_535;
/** How long the host had been up at the first sample. */
const UPTIME_MS = 41 * 86_400_000;
const PIECES: readonly Sample['pieces'][number]['piece'][] = [
  'range',
  'tcp',
  'bound',
  'udp',
  'owners',
  'probe',
  'events',
];

const NAMESPACE: NamespaceRow = {
  name: 'host',
  inode: '',
  container: '',
  podUid: '',
  ranges: (['tcp', 'udp'] as const).flatMap((protocol) =>
    (['ipv4', 'ipv6'] as const).map((af) => ({ protocol, af, first: FIRST, last: LAST, excluded: [] })),
  ),
  boundVisible: true,
};

/**
 * Samples of the incident this exporter was made for: a DNS filter service asks the metadata address of a cloud that it is
 * not in, and leaves one bound port behind each time, until the range of 16,384 is full after six and a half days.
 */
export function* playIncident(options: IncidentOptions): Generator<Sample> {
  const { startMs, hours, stepMinutes, updateAtHour, leakPerMinute } = options;
  const random = createRandom(7);
  const pools = { tcp: createDynamicPorts(FIRST, LAST, random), udp: createDynamicPorts(FIRST, LAST, random) };
  const noise = createOfficeNoise(pools, random);
  const bootOffsetMs = UPTIME_MS - startMs;
  const actors = CAST.map((actor) => processOf(actor, startMs - UPTIME_MS + actor.pid * 1_000));
  const filter = createLeakyFilter({
    ports: pools.tcp,
    random,
    updateAtMs: startMs + updateAtHour * 3_600_000,
    leakPerMinute,
    process: actors.length,
    bootOffsetMs,
  });
  const stepMs = stepMinutes * 60_000;
  let refusedAtMs = 0;
  for (let atMs = startMs; atMs <= startMs + hours * 3_600_000; atMs += stepMs) {
    const refusedBefore = pools.tcp.refused();
    const leak = filter.step(atMs - stepMs, atMs);
    const others = noise.step(atMs);
    const isRefused = pools.tcp.refused() > refusedBefore;
    if (isRefused) refusedAtMs = atMs;
    yield {
      takenAtMs: atMs,
      bootMs: atMs + bootOffsetMs,
      bootId: 'demo',
      namespaces: [NAMESPACE],
      processes: [...actors, filter.process(atMs)],
      exitedProcesses: [],
      sockets: socketColumnsFromRows([...others, ...leak.rows]),
      sharedSockets: 0,
      probes: [
        { protocol: 'tcp', af: 'ipv4', code: pools.tcp.free() === 0 ? 'ENOBUFS' : '' },
        { protocol: 'udp', af: 'ipv4', code: '' },
      ],
      connectionEvents: leak.events,
      lostEvents: 0,
      systemEvents: [{ eventId: 4231, provider: 'Tcpip', count: isRefused ? 1 : 0, lastMs: refusedAtMs }],
      timeWaitSeconds: 120,
      tcpTwReuse: -1,
      sources: PIECES.map((piece) => ({ piece, source: 'demo' })),
      pieces: PIECES.map((piece) => ({ piece, success: true, timedOut: false, durationMs: 4 })),
      problems: [],
    };
  }
}

function processOf({ pid, name, unit, executable, handles }: Actor, startMs: number): ProcessRow {
  return { pid, startMs, name, unit, executable, executableChangeMs: startMs - 30 * 86_400_000, handles };
}
