import { type Emit, type HostStory, noise, type Seconds } from './model.ts';

const PIECES = ['range', 'tcp', 'bound', 'udp', 'owners', 'probe', 'namespaces', 'events'] as const;
const COST_SECONDS: Readonly<Record<string, number>> = { tcp: 0.011, bound: 0.006, owners: 0.024, udp: 0.002 };

/** Emits what the exporter of this host would serve about itself at a time. */
export function emitExporter(story: HostStory, at: Seconds, emit: Emit): void {
  const { os, instance } = story;
  emit('exporter_build_info', { version: '0.1.0', revision: '0000000', node: 'v20.20.2', os, arch: 'x64' }, 1);
  for (const piece of PIECES) {
    const absent = piece === 'events' ? os === 'linux' : piece === 'namespaces' && os === 'windows';
    if (absent) continue;
    emit('exporter_source_info', { piece, source: os === 'windows' ? 'iphlpapi' : 'inet_diag' }, 1);
    emit('exporter_collector_success', { collector: piece }, story.failing === piece ? 0 : 1);
    emit('exporter_collector_timeout', { collector: piece }, 0);
    const cost = (COST_SECONDS[piece] ?? 0.001) * (1 + 0.3 * noise(instance + piece, at));
    emit('exporter_collector_duration_seconds', { collector: piece }, cost);
  }
  for (const [reason, ports] of [
    ['no_permission', story.failing === 'owners' ? 40 : 0],
    ['gone', 1],
    ['kernel', os === 'linux' ? 4 : 2],
    ['time_wait', 6],
  ] as const) {
    emit('exporter_unattributed_ports', { protocol: 'tcp', netns: 'host', reason }, ports);
  }
  emit('exporter_folded_groups', {}, 7);
  emit('exporter_folded_namespaces', {}, 0);
  emit('exporter_dropped_series', {}, 0);
  emit('exporter_ledger_ports', {}, 400 + Math.round(100 * noise(instance, at)));
  emit('exporter_shared_sockets', {}, 3);
  emit('exporter_sample_interval_seconds', {}, 5);
  emit('exporter_last_sample_timestamp_seconds', {}, at - 3);
  emit('exporter_ledger_start_timestamp_seconds', {}, story.from - 20 * 86_400);
  emit('exporter_config_last_reload_successful', {}, 1);
  emit('exporter_config_last_reload_success_timestamp_seconds', {}, story.exporterStart(at));
  emit('exporter_lost_events_total', {}, 0);
  emit('exporter_history_dropped_total', {}, 0);
}
