import { OWNER_CODE } from '../model/owner-code.ts';
import type { DynamicRange } from '../model/port-range.ts';
import { PROTOCOL } from '../model/protocol.ts';
import type { ProcessRow, Sample } from '../model/sample.ts';
import { allocateSocketColumns } from '../model/socket-columns.ts';
import { SOCKET_STATE } from '../model/socket-state.ts';
import type { StoryProcess } from './port-pool.ts';
import type { Scenario } from './scenario.ts';
import { STORY_EPOCH_MS, type StoryHost } from './story-host.ts';

const PIECES_READ = ['range', 'tcp', 'bound', 'udp', 'owners', 'probe'] as const;
const BOOT_BEFORE_STORY_MS = 40 * 86_400_000;
const LOCAL_ADDRESS = 0x0a000005;
const HAS_NO_PEER: ReadonlySet<number> = new Set([SOCKET_STATE.bound, SOCKET_STATE.listen, SOCKET_STATE.unconnected]);

/** What an exporter on the simulated host reads at this minute. Forgets the processes that exited. */
export function sampleOf(host: StoryHost, scenario: Scenario): Sample {
  const takenAtMs = STORY_EPOCH_MS + host.minute * 60_000;
  const processes: ProcessRow[] = [];
  const indexOf = new Map<StoryProcess, number>();
  const columns = allocateSocketColumns(host.sockets.size);
  let row = 0;
  for (const socket of host.sockets) {
    const isFirst = socket.seen && socket.opened === host.minute;
    const state = isFirst ? SOCKET_STATE.established : socket.state;
    columns.protocol[row] = socket.udp ? PROTOCOL.udp : PROTOCOL.tcp;
    columns.family[row] = 4;
    columns.state[row] = state;
    columns.localPort[row] = socket.port;
    columns.local.set([0, 0, 0xffff, LOCAL_ADDRESS], row * 4);
    if (!HAS_NO_PEER.has(state) && socket.remote >= 0) {
      const remote = host.remotes[socket.remote] as StoryHost['remotes'][number];
      columns.remote.set(remote.words, row * 4);
      columns.remotePort[row] = remote.port;
    }
    columns.cookieLow[row] = socket.cookie;
    columns.process[row] = state === SOCKET_STATE.time_wait ? OWNER_CODE.timeWait : ownerIndex(socket.owner);
    row++;
  }
  columns.length = row;
  const exitedProcesses = host.exited.splice(0);
  const probe = (protocol: 'tcp' | 'udp', free: number): Sample['probes'][number] => ({
    protocol,
    af: 'ipv4',
    code: free > 0 ? '' : 'EADDRINUSE',
  });
  return {
    takenAtMs,
    bootMs: BOOT_BEFORE_STORY_MS + host.minute * 60_000,
    bootId: 'story',
    namespaces: [
      { name: 'host', inode: '1', container: '', podUid: '', ranges: rangesOf(scenario), boundVisible: true },
    ],
    processes,
    exitedProcesses,
    sockets: columns,
    sharedSockets: 0,
    probes: [probe('tcp', host.tcp.free), probe('udp', host.udp.free)],
    connectionEvents: [],
    lostEvents: 0,
    systemEvents: scenario.os === 'windows' ? [eventOf(host, takenAtMs)] : [],
    timeWaitSeconds: 60,
    tcpTwReuse: -1,
    sources: [
      { piece: 'bound', source: 'story' },
      { piece: 'scope', source: 'host' },
    ],
    pieces: PIECES_READ.map((piece) => ({ piece, success: true, timedOut: false, durationMs: 1 })),
    problems: [],
  };

  function ownerIndex(owner: StoryProcess): number {
    const known = indexOf.get(owner);
    if (known !== undefined) return known;
    const { pid, startMs, name, unit, executableChangeMs } = owner;
    const executable = `/${name}`;
    const index = processes.push({ pid, startMs, name, unit, executable, executableChangeMs, handles: -1 }) - 1;
    indexOf.set(owner, index);
    return index;
  }
}

function rangesOf({ range }: Scenario): DynamicRange[] {
  const last = range.first + range.size - 1;
  return (['tcp', 'udp'] as const).map((protocol) => ({
    protocol,
    af: 'ipv4',
    first: range.first,
    last,
    excluded: [],
  }));
}

/** One event 4231 in a minute with refused requests: Windows does not write one for each. */
function eventOf(host: StoryHost, takenAtMs: number): Sample['systemEvents'][number] {
  const count = host.refused > 0 ? 1 : 0;
  return { eventId: 4231, provider: 'Tcpip', count, lastMs: count > 0 ? takenAtMs : 0 };
}
