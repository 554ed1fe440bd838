import type { HostStory, Seconds } from './model.ts';
import { busy, host, leaking, udp } from './programs.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The moment the fleet is looked at: early afternoon of a working day. A fixed one, since who is busy and near the end turns with the hour. */
export const FLEET_NOW: Seconds = Date.UTC(2026, 10, 18, 13, 30) / 1000;

/** The host of the incident, and the one whose namespaces are many. */
export const INCIDENT_HOST = 'dns-ad-01:10071';
export const LINUX_HOST = 'k8s-07:10071';
/** A program whose name is full of signs that mean something in a pattern or a query. */
export const HOSTILE = "weird'+.(x)|{y}$ [name]";
export const CULPRIT = { process: 'dnsfilter.exe', unit: 'DnsFilterSvc' } as const;

const METADATA = [
  { remote: '169.254.169.254:80', class: 'metadata', share: 0.93 },
  { remote: '10.20.0.31:443', class: 'other', share: 0.02 },
  { remote: '(never seen)', class: 'other', share: 0.05 },
];

/** The reboot that ended the week before: the range was full for five hours. */
export function rebootBefore(now: Seconds): Seconds {
  return now - 6 * DAY - 5 * HOUR;
}

/** Thirteen hosts up to `now`: the incident, the same program elsewhere, a UDP leak, storms, idle ones, one down, one blind. */
export function fleet(now: Seconds): HostStory[] {
  const long = now - 8 * DAY;
  const short = now - 26 * HOUR;
  const reboot = rebootBefore(now);
  const since = now - 40 * DAY;
  const windowsBase = (started: Seconds): HostStory['groups'] => [
    busy({ process: 'svchost.exe', unit: 'Dnscache,NlaSvc', started }, { established: 40, timeWait: 20 }, 0.4),
    busy({ process: 'lsass.exe', unit: '', started }, { established: 60, timeWait: 90 }, 0.6),
    busy({ process: '(other)', unit: '', started }, { established: 90, timeWait: 60 }, 0.5),
    udp({ process: 'dns.exe', unit: 'DNS', started }, 260),
  ];
  const linuxBase = (started: Seconds): HostStory['groups'] => [
    busy({ process: '(kernel)', unit: '', started }, { established: 2, timeWait: 40 }, 0.01),
    busy({ process: '(other)', unit: '', started }, { established: 20, timeWait: 30 }, 0.2),
    udp({ process: 'systemd-resolved', unit: 'systemd-resolved.service', started }, 24),
  ];
  const web = (instance: string, peak: number, timeWait: number): HostStory =>
    host({
      instance,
      os: 'linux',
      from: short,
      groups: [
        busy({ process: 'nginx', unit: 'nginx.service', started: since }, { established: peak, timeWait }, peak / 60),
        busy(
          { process: 'node', unit: 'shop-api.service', started: since },
          { established: peak / 8, timeWait: timeWait / 8 },
          2,
        ),
        ...linuxBase(since),
      ],
    });
  const filter = (started: Seconds, restarts: Seconds[], changed: Seconds, rate: number): HostStory['groups'][number] =>
    leaking({ ...CULPRIT, started, restarts, changed, limit: 16_000 }, rate, METADATA);
  return [
    host({
      instance: INCIDENT_HOST,
      os: 'windows',
      from: long,
      full: (at) => at >= reboot - 4 * HOUR && at < reboot,
      fullFrom: reboot - 4 * HOUR,
      exporterStart: (at) => (at >= reboot ? reboot + 40 : since),
      groups: [filter(reboot - 6 * DAY - 13 * HOUR, [reboot], now - 14 * DAY, 1.745), ...windowsBase(since)],
    }),
    host({
      instance: 'dns-ad-02:10071',
      os: 'windows',
      from: long,
      groups: [
        filter(now - 8.5 * DAY, [now - 8.5 * DAY, now - 2 * DAY], now - 2 * DAY - 900, 1.7),
        ...windowsBase(since),
      ],
    }),
    host({
      instance: 'dc-east-03:10071',
      os: 'windows',
      from: long,
      groups: [filter(now - 30 * HOUR, [], now - 30 * HOUR - 300, 0.62), ...windowsBase(since)],
    }),
    web('web-01:10071', 3100, 2600),
    web('web-02:10071', 2900, 2500),
    web('web-03:10071', 3000, 2400),
    web('web-04:10071', 6200, 14_600),
    host({ instance: 'db-01:10071', os: 'linux', from: short, groups: linuxBase(since) }),
    host({
      instance: LINUX_HOST,
      os: 'linux',
      from: short,
      namespaces: ['host', 'payments-api-6f7c'],
      groups: [
        busy({ process: 'kubelet', unit: 'kubelet.service', started: since }, { established: 80, timeWait: 50 }, 0.5),
        busy(
          { process: 'java', unit: 'container', netns: 'payments-api-6f7c', started: since },
          { established: 1900, timeWait: 700 },
          9,
        ),
        ...linuxBase(since),
      ],
    }),
    host({
      instance: 'build-02:10071',
      os: 'windows',
      from: short,
      groups: [
        udp({ process: 'com.docker.backend.exe', unit: 'session', started: since }, 80, {
          from: now - 2 * DAY,
          rate: 0.052,
        }),
        ...windowsBase(since),
      ],
    }),
    host({ instance: 'app-09:10071', os: 'linux', from: short, failing: 'owners', groups: linuxBase(since) }),
    host({
      instance: 'file-01:10071',
      os: 'linux',
      from: short,
      up: (at) => at < now - 2 * HOUR,
      groups: linuxBase(since),
    }),
    host({
      instance: 'mail-01:10071',
      os: 'linux',
      from: short,
      groups: [
        busy({ process: HOSTILE, unit: '', started: since }, { established: 30, timeWait: 5 }, 0.1),
        ...linuxBase(since),
      ],
    }),
  ];
}
