import type { Emit, GroupStory, HostStory, Seconds } from './model.ts';

const STATES = {
  tcp: ['established', 'close_wait', 'time_wait', 'listen', 'bound', 'transient'],
  udp: ['established', 'unconnected'],
} as const;
const HOWS = ['closed', 'used', 'exited'] as const;

/** Emits everything the exporter of this host would serve about owner groups at a time. */
export function emitOwners(story: HostStory, at: Seconds, emit: Emit): void {
  for (const group of story.groups) {
    const { protocol, netns, process, unit } = group;
    const ports = group.ports(at);
    for (const state of STATES[protocol]) {
      emit('process_ports', { protocol, netns, process, unit, state }, (ports as Record<string, number>)[state] ?? 0);
    }
    const sinceStart = at - story.exporterStart(at);
    const churned = Math.floor(sinceStart * group.churn);
    const leaked = group.leak === undefined ? 0 : (ports.bound ?? 0);
    emit('process_opened_total', { protocol, netns, process, unit }, churned + leaked);
    emit('process_released_total', { protocol, netns, process, unit }, churned);
    if (process.startsWith('(')) continue;
    emit('process_start_time_seconds', { netns, process, unit }, group.startedAt(at));
    emit('process_executable_change_time_seconds', { netns, process, unit }, group.changedAt);
    emit('process_members', { netns, process, unit }, group.members);
    emit(
      'process_handles',
      { netns, process, unit },
      180 + Object.values(ports).reduce((sum, count) => sum + count, 0),
    );
    if (process === 'lsass.exe') emit('process_muted', { netns, process, unit }, 1);
    if (protocol === 'tcp') emitStuck(group, at, emit);
  }
}

function emitStuck(group: GroupStory, at: Seconds, emit: Emit): void {
  const { netns, process, unit, leak } = group;
  const owner = { protocol: 'tcp', netns, process, unit };
  const stuck = leak?.stuck(at) ?? 0;
  emit('process_stuck_ports', owner, stuck);
  emit('process_largest_stuck_ports', owner, stuck);
  const exited = leak?.exited(at) ?? 0;
  emit('process_stuck_total', owner, stuck + exited);
  for (const how of HOWS) emit('process_stuck_released_total', { ...owner, how }, how === 'exited' ? exited : 0);
  if (leak === undefined) return;
  emit('process_oldest_held_timestamp_seconds', owner, leak.oldest(at));
  for (const { remote, class: remoteClass, share } of leak.remotes) {
    emit('process_stuck_remote_ports', { netns, process, unit, remote, class: remoteClass }, Math.round(stuck * share));
  }
  if (leak.linkLocalRate === 0) return;
  const opened = Math.floor((at - leak.oldest(at)) * leak.linkLocalRate);
  emit('link_local_connections', { netns, process, unit, class: 'metadata' }, Math.floor(at / 60) % 3 === 0 ? 2 : 1);
  emit('link_local_opened_total', { netns, process, unit, class: 'metadata' }, Math.max(0, opened));
}
