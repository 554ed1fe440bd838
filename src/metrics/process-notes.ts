import type { FamilyNote } from './family.ts';
import type { PROCESS_FAMILIES } from './process-families.ts';

/** How to read the families of {@link PROCESS_FAMILIES}. */
export const PROCESS_NOTES: Readonly<Record<keyof typeof PROCESS_FAMILIES, FamilyNote>> = {
  process_ports: {
    note: 'At most 50 groups of a host have a name of their own; the others are `(other)`. `(kernel)` holds what no process owns, `(unknown)` what none could be found for; `exporter_unattributed_ports` says why.',
    query: 'topk(10, sum by (instance, process, unit) (ephemeral_port_process_ports{netns="host"}))',
  },
  process_opened_total: {
    note: 'Starts at 0 with each start of the exporter and with each newly named group. What was open at the first sample was not opened.',
    query: 'sum by (instance, process) (rate(ephemeral_port_process_opened_total[5m])) * 60',
  },
  process_released_total: {
    note: 'Opened less released is the growth of the group.',
    query:
      'increase(ephemeral_port_process_opened_total[1h]) - increase(ephemeral_port_process_released_total[1h]) > 100',
  },
  process_stuck_ports: {
    note: 'The sign of a leak: ports that are of no use any more and yet not given back. Some programs hold a constant number by design; growth is what matters.',
    query: 'ephemeral_port_process_stuck_ports > 0',
  },
  process_largest_stuck_ports: {
    note: 'A leak is one process; many processes of one name with a few stuck ports each are usually none.',
    query: 'deriv(ephemeral_port_process_largest_stuck_ports[1h]) * 60 > 0.1',
  },
  process_members: {
    note: 'Falls and rises when programs of that name end and start. 0 while the group keeps its name for 24 hours after its last port.',
    query: 'ephemeral_port_process_members',
  },
  process_oldest_held_timestamp_seconds: {
    note: 'A time, not an age: it stands still while the port is held. After a start without a journal it is no earlier than that start, unless the system tells creation times.',
    query: 'time() - ephemeral_port_process_oldest_held_timestamp_seconds > 86400',
  },
  process_stuck_total: {
    note: 'Counts a port once each time it becomes stuck.',
    query: 'increase(ephemeral_port_process_stuck_total[1h]) > 20',
  },
  process_stuck_released_total: {
    note: 'A program that lets go of its stuck ports by `closed` or `used` is slow, not leaking. A leaking program lets go only by `exited`.',
    query: 'sum without (how) (increase(ephemeral_port_process_stuck_released_total{how!="exited"}[1d])) == 0',
  },
  process_stuck_remote_ports: {
    note: '`class` is `metadata`, `time`, `link_local_v4`, `link_local_v6` or `other`. `(other)` stands once for each class that has folded remotes. At most 20 remotes are named in 24 hours; with `--privacy.remotes=class` the label holds the class. `(never seen)` says nothing about where a port talked to, so shares are of the others.',
    query:
      'sum by (instance, process) (ephemeral_port_process_stuck_remote_ports{class="metadata"}) / sum by (instance, process) (ephemeral_port_process_stuck_remote_ports{remote!="(never seen)"}) > 0.8',
  },
  process_start_time_seconds: {
    note: 'A slope that began with a start belongs to that process.',
    query: 'changes(ephemeral_port_process_start_time_seconds[1h]) > 0',
  },
  process_executable_change_time_seconds: {
    note: 'An update shortly before the slope began is the first suspect.',
    query: 'ephemeral_port_process_start_time_seconds - ephemeral_port_process_executable_change_time_seconds < 3600',
  },
  process_handles: {
    note: 'Ports that leak are handles that leak; a count that grows alike confirms it. Absent where handles of other users cannot be counted.',
    query: 'deriv(ephemeral_port_process_handles[1h]) * 60',
  },
  process_muted: {
    note: 'From `owners` in the configuration file. Alerts leave these groups out; the numbers are served all the same.',
    query: 'ephemeral_port_process_stuck_ports unless on (instance, netns, process, unit) ephemeral_port_process_muted',
  },
};
