import type { StorySeries } from './promtool-story.ts';

const HOST = 'job="epx",instance="dc1"';
const POOL = `${HOST},protocol="tcp",netns="host"`;
export const OWNER = 'netns="host",process="dnsfilter.exe",unit="DnsFilterSvc"';
/** Enough points for any story of these tests. */
const ALWAYS: number = 3000;

/** `value` for ever. */
export function flat(value: number): string {
  return `${value}+0x${ALWAYS}`;
}

/** `from` until minute `start`, then `perMinute` more each minute, then `after` minutes later what `end` says. */
export function ramp(from: number, start: number, perMinute: number, after: number = 3000, end: string = ''): string {
  const step = perMinute < 0 ? String(perMinute) : `+${perMinute}`;
  return `${from}+0x${start - 1} ${from}${step}x${after} ${end}`.trim();
}

/** A host of one pool that Prometheus has known for a week. */
export function host(os: 'windows' | 'linux', capacity: number): Record<string, string> {
  return {
    [`up{job="ephemeral-port-exporter",instance="dc1"}`]: flat(1),
    [`instance:ephemeral_port_history:ready{${HOST}}`]: flat(1),
    [`ephemeral_port_exporter_build_info{${HOST},os="${os}"}`]: flat(1),
    [`ephemeral_port_capacity{${POOL}}`]: flat(capacity),
  };
}

export function used(values: string): StorySeries {
  return { [`ephemeral_port_used{${POOL}}`]: values };
}

export function state(name: string, values: string): StorySeries {
  return { [`ephemeral_port_state_ports{${POOL},state="${name}"}`]: values };
}

/** Ports of the owner by state; `owner` as label pairs. */
export function ownerPorts(stateName: string, values: string, owner: string = OWNER): StorySeries {
  return { [`ephemeral_port_process_ports{${HOST},protocol="tcp",${owner},state="${stateName}"}`]: values };
}

/** Stuck ports of the owner, all in one process. */
export function stuck(values: string, owner: string = OWNER): StorySeries {
  return {
    [`ephemeral_port_process_stuck_ports{${HOST},protocol="tcp",${owner}}`]: values,
    [`ephemeral_port_process_largest_stuck_ports{${HOST},protocol="tcp",${owner}}`]: values,
  };
}

export function ownerGauge(name: string, values: string, owner: string = OWNER): StorySeries {
  return { [`ephemeral_port_process_${name}{${HOST},${owner}}`]: values };
}

export function released(how: string, values: string, owner: string = OWNER): StorySeries {
  return { [`ephemeral_port_process_stuck_released_total{${HOST},protocol="tcp",${owner},how="${how}"}`]: values };
}

export function remote(address: string, remoteClass: string, values: string, owner: string = OWNER): StorySeries {
  return {
    [`ephemeral_port_process_stuck_remote_ports{${HOST},${owner},remote="${address}",class="${remoteClass}"}`]: values,
  };
}

export function exporterGauge(name: string, labels: string, values: string): StorySeries {
  return { [`ephemeral_port_${name}{${HOST}${labels === '' ? '' : `,${labels}`}}`]: values };
}
