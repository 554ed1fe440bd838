import type { FamilyNote } from './family.ts';
import type { HOST_FAMILIES } from './host-families.ts';

/** How to read the families of {@link HOST_FAMILIES}. */
export const HOST_NOTES: Readonly<Record<keyof typeof HOST_FAMILIES, FamilyNote>> = {
  range_first: {
    note: 'On Linux both protocols and families share one range; Windows sets each of the four apart.',
    query: 'ephemeral_port_range_first{netns="host"}',
  },
  range_last: {
    note: 'Inclusive: 32768 to 60999 are 28,232 ports.',
    query: 'ephemeral_port_range_last - ephemeral_port_range_first + 1 != ephemeral_port_range_size',
  },
  range_size: {
    note: 'A change here is a change of a setting; the ledger starts its baseline again.',
    query: 'changes(ephemeral_port_range_size[1d]) > 0',
  },
  range_excluded: {
    note: '`ip_local_reserved_ports` on Linux, `excludedportrange` on Windows (where Hyper-V takes blocks of 100 at each boot).',
    query: 'ephemeral_port_range_excluded / ephemeral_port_range_size',
  },
  capacity: {
    note: 'What `used` is to be compared with. Absent, like `used`, while the range or the sockets of the protocol cannot be read.',
    query: 'ephemeral_port_used / ephemeral_port_capacity',
  },
  used: {
    note: 'Near capacity, bind to port 0 fails. It is no proof that connections fail: on Linux ports of plain connections are shared by different destinations, see `destination_headroom`.',
    query: 'max by (instance, protocol) (ephemeral_port_used / ephemeral_port_capacity) > 0.8',
  },
  state_ports: {
    note: '`listen` > `established` > `transient` > `close_wait` > `bound` > `time_wait`: a port with several sockets counts once, under the first of these. `bound` and `close_wait` do not follow load; where they grow, something leaks. No series `bound` means that it cannot be seen on this system, not that there is none.',
    query: 'ephemeral_port_state_ports{protocol="tcp",state=~"bound|close_wait"}',
  },
  destination_used: {
    note: 'Who the ports are for. At most 20 remotes are named in 24 hours, later ones are `(other)`. With `--privacy.remotes=class` the label holds the class of the remote, the value that of the busiest one in it. Do not sum: one port may serve several destinations.',
    query: 'topk(5, ephemeral_port_destination_used)',
  },
  destination_headroom: {
    note: 'The truth lies between the two: sockets do not show whether they were bound before they connected. The worst destination is a remote endpoint together with the local address it is reached from, since that is what the kernel shares ports by. `low` is `capacity - used`. `high` near 0 means that connections to the worst destination fail now; `low` near 0 with a large `high` means that bind to port 0 fails while plain connections still work. Where bound-only sockets cannot be seen, both are upper bounds.',
    query: 'ephemeral_port_destination_headroom{estimate="high"} < 500',
  },
  link_local_connections: {
    note: 'A program that talks to a metadata address on a machine that is not in that cloud is the story this exporter was written for.',
    query: 'sum by (instance, process, unit) (ephemeral_port_link_local_connections{class="metadata"}) > 0',
  },
  link_local_opened_total: {
    note: 'A steady rate without a cloud around is a probe that never gets an answer.',
    query: 'sum by (instance, process, unit) (rate(ephemeral_port_link_local_opened_total{class="metadata"}[1h])) * 60',
  },
  bind_probe_success: {
    note: 'The ground truth for bind: 0 means that no program on this host gets a port from bind to port 0 now. Plain connections may still work.',
    query: 'ephemeral_port_bind_probe_success == 0',
  },
  bind_probe_failures_total: {
    note: '`EADDRINUSE` (TCP), `EAGAIN` (UDP) and `ENOBUFS` (Windows) say that the range is full; `other` is trouble of the probe itself.',
    query: 'increase(ephemeral_port_bind_probe_failures_total{code!="other"}[5m]) > 0',
  },
  event_log_events_total: {
    note: '4231: no TCP port left. 4266: no UDP port left. 4227: connections to one remote faster than TIME_WAIT ends. 5719: no domain controller reached, which has many other causes.',
    query: 'increase(ephemeral_port_event_log_events_total{event_id=~"4231|4266"}[5m]) > 0',
  },
  event_log_last_event_timestamp_seconds: {
    note: 'Tells of events from before the exporter or Prometheus ran.',
    query: 'time() - ephemeral_port_event_log_last_event_timestamp_seconds{event_id="4231"} < 86400',
  },
  time_wait_seconds: {
    note: '60 on Linux, fixed. `capacity / time_wait_seconds` is the rate of connections to one destination that can be kept up.',
    query: 'ephemeral_port_capacity{protocol="tcp"} / on (instance) group_left () ephemeral_port_time_wait_seconds',
  },
  tcp_tw_reuse: {
    note: 'With 2, the default, connections over loopback take ports in TIME_WAIT again after a second.',
    query: 'ephemeral_port_tcp_tw_reuse',
  },
  netns_info: {
    note: 'Joins the name of a namespace with its container and pod.',
    query: 'ephemeral_port_used * on (instance, netns) group_left (container, pod_uid) ephemeral_port_netns_info',
  },
};
