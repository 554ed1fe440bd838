import type { EXPORTER_FAMILIES } from './exporter-families.ts';
import type { FamilyNote } from './family.ts';

/** How to read the families of {@link EXPORTER_FAMILIES}. */
export const EXPORTER_NOTES: Readonly<Record<keyof typeof EXPORTER_FAMILIES, FamilyNote>> = {
  exporter_build_info: {
    note: '',
    query: 'count by (version) (ephemeral_port_exporter_build_info)',
  },
  exporter_source_info: {
    note: '`piece="bound",source="none"` means that bound-only sockets cannot be seen; `piece="scope",source="container"` that only the namespace of a container is.',
    query: 'ephemeral_port_exporter_source_info{piece="bound",source="none"}',
  },
  exporter_collector_success: {
    note: '0 means that the series of this piece are absent or lower bounds in this answer. Served for the pieces asked for by `collect[]`.',
    query: 'ephemeral_port_exporter_collector_success == 0',
  },
  exporter_collector_duration_seconds: {
    note: '',
    query: 'topk(3, ephemeral_port_exporter_collector_duration_seconds)',
  },
  exporter_collector_timeout: {
    note: '',
    query: 'ephemeral_port_exporter_collector_timeout == 1',
  },
  exporter_unattributed_ports: {
    note: '`no_permission`: run as root or grant the capabilities that the log names. `gone`: the process ended while it was looked for, or is found in the next samples. `kernel`: closing on its own. `time_wait`: closed before the exporter saw who owned it.',
    query: 'ephemeral_port_exporter_unattributed_ports{reason="no_permission"} > 0',
  },
  exporter_folded_groups: {
    note: 'More names than `--process.limit`; those with stuck ports and most ports are named first.',
    query: 'ephemeral_port_exporter_folded_groups',
  },
  exporter_folded_namespaces: {
    note: '20 namespaces have series of their own, those that use most of their range.',
    query: 'ephemeral_port_exporter_folded_namespaces',
  },
  exporter_dropped_series: {
    note: 'Zeroes and details go first, ports of a state or owner never.',
    query: 'ephemeral_port_exporter_dropped_series > 0',
  },
  exporter_ledger_ports: {
    note: '',
    query: 'ephemeral_port_exporter_ledger_ports',
  },
  exporter_shared_sockets: {
    note: 'Processes that inherited sockets from their parent; each socket is credited to one of them, always the same.',
    query: 'ephemeral_port_exporter_shared_sockets',
  },
  exporter_sample_interval_seconds: {
    note: '5 by default; up to 60 on hosts where a sample costs much. At 60 the CPU budget may be exceeded.',
    query: 'ephemeral_port_exporter_sample_interval_seconds > 30',
  },
  exporter_last_sample_timestamp_seconds: {
    note: 'Old when the reader hangs or the CPU budget is spent; numbers are then as old.',
    query: 'time() - ephemeral_port_exporter_last_sample_timestamp_seconds > 120',
  },
  exporter_ledger_start_timestamp_seconds: {
    note: 'Growth is not judged in the first hour after it.',
    query: 'time() - ephemeral_port_exporter_ledger_start_timestamp_seconds < 3600',
  },
  exporter_config_last_reload_successful: {
    note: '0: the file is bad and the previous configuration is still in use; the log names the line.',
    query: 'ephemeral_port_exporter_config_last_reload_successful == 0',
  },
  exporter_config_last_reload_success_timestamp_seconds: {
    note: '',
    query: 'ephemeral_port_exporter_config_last_reload_success_timestamp_seconds',
  },
  exporter_lost_events_total: {
    note: 'Remotes and owners of short connections may be missing for that time.',
    query: 'increase(ephemeral_port_exporter_lost_events_total[5m]) > 0',
  },
  exporter_history_dropped_total: {
    note: '',
    query: 'increase(ephemeral_port_exporter_history_dropped_total[1d])',
  },
};
