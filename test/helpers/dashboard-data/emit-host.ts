import type { Protocol } from '../../../src/model/protocol.ts';
import { PROTOCOLS } from '../../../src/model/protocol.ts';
import type { Emit, HostStory, Seconds } from './model.ts';

const STATES = {
  tcp: ['established', 'close_wait', 'time_wait', 'listen', 'bound', 'transient'],
  udp: ['established', 'unconnected'],
} as const;

interface Pool {
  readonly netns: string;
  readonly protocol: Protocol;
  readonly used: number;
  readonly states: Readonly<Record<string, number>>;
}

/** Emits everything the exporter of this host would serve about its pools at a time; `used` is the sum of its parts. */
export function emitHost(story: HostStory, at: Seconds, emit: Emit): void {
  const pools = story.namespaces.flatMap((netns) => PROTOCOLS.map((protocol) => poolOf(story, netns, protocol, at)));
  for (const pool of pools) emitPool(story, pool, emit);
  emitProbe(story, at, emit);
  emit('time_wait_seconds', {}, story.os === 'windows' ? 120 : 60);
  if (story.os === 'linux') {
    emit('tcp_tw_reuse', {}, 2);
    for (const netns of story.namespaces) {
      const own = netns === 'host';
      emit(
        'netns_info',
        { netns, inode: own ? '4026531840' : '4026532871', container: own ? '' : netns, pod_uid: '' },
        1,
      );
    }
  }
}

function poolOf(story: HostStory, netns: string, protocol: Protocol, at: Seconds): Pool {
  const states: Record<string, number> = Object.fromEntries(STATES[protocol].map((state) => [state, 0]));
  for (const group of story.groups) {
    if (group.netns !== netns || group.protocol !== protocol) continue;
    for (const [state, ports] of Object.entries(group.ports(at))) states[state] = (states[state] ?? 0) + ports;
  }
  return { netns, protocol, states, used: Object.values(states).reduce((sum, ports) => sum + ports, 0) };
}

function emitPool(story: HostStory, pool: Pool, emit: Emit): void {
  const { netns, protocol } = pool;
  for (const af of ['ipv4', 'ipv6']) {
    emit('range_first', { protocol, af, netns }, story.firstPort);
    emit('range_last', { protocol, af, netns }, story.firstPort + story.capacity - 1);
    emit('range_size', { protocol, af, netns }, story.capacity);
    emit('range_excluded', { protocol, af, netns }, 0);
  }
  emit('capacity', { protocol, netns }, story.capacity);
  emit('used', { protocol, netns }, Math.min(pool.used, story.capacity));
  for (const [state, ports] of Object.entries(pool.states)) emit('state_ports', { protocol, netns, state }, ports);
  if (protocol !== 'tcp') return;
  const talking = (pool.states['established'] ?? 0) + (pool.states['time_wait'] ?? 0);
  let busiest = 0;
  for (const { remote, share } of story.destinations) {
    const used = Math.round(talking * share);
    busiest = Math.max(busiest, used);
    emit('destination_used', { protocol, netns, remote }, used);
  }
  const locked = (pool.states['bound'] ?? 0) + (pool.states['listen'] ?? 0);
  emit('destination_headroom', { netns, estimate: 'low' }, Math.max(0, story.capacity - pool.used));
  emit('destination_headroom', { netns, estimate: 'high' }, Math.max(0, story.capacity - locked - busiest));
}

function emitProbe(story: HostStory, at: Seconds, emit: Emit): void {
  const full = story.full(at);
  const failures = full ? Math.floor((at - story.fullFrom) / 60) : 0;
  for (const protocol of PROTOCOLS) {
    const fails = full && protocol === 'tcp';
    for (const af of ['ipv4', 'ipv6'] as const) {
      emit('bind_probe_success', { protocol, af }, fails ? 0 : 1);
      for (const code of ['EADDRINUSE', 'ENOBUFS', 'EACCES', 'other']) {
        emit('bind_probe_failures_total', { protocol, af, code }, fails && code === 'ENOBUFS' ? failures : 0);
      }
    }
  }
  if (story.os === 'windows') emitEvents(story, at, emit);
}

function emitEvents(story: HostStory, at: Seconds, emit: Emit): void {
  const events = { '4227': 'Tcpip', '4231': 'Tcpip', '4266': 'Tcpip', '5719': 'NETLOGON' };
  const fullFor = at - story.fullFrom;
  for (const [id, provider] of Object.entries(events)) {
    const told = (id === '4231' || id === '5719') && fullFor >= 0;
    // Windows writes such an event again every half hour at most.
    emit('event_log_events_total', { event_id: id, provider }, told && story.full(at) ? Math.floor(fullFor / 1800) : 0);
    const last = story.full(at) ? Math.floor(at / 1800) * 1800 : story.fullFrom + 3.5 * 3600;
    if (told) emit('event_log_last_event_timestamp_seconds', { event_id: id, provider }, last);
  }
}
