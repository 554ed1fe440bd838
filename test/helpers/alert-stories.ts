import {
  exporterGauge,
  flat,
  host,
  ownerGauge,
  ownerPorts,
  ramp,
  released,
  remote,
  state,
  stuck,
  used,
} from './alert-host.ts';
import type { StorySeries } from './promtool-story.ts';

/** A story in which an alert fires and then ends, and one that is close to it and must stay quiet. */
export interface AlertStory {
  readonly fires: StorySeries;
  /** Minute at which it must fire. */
  readonly firesAt: number;
  /** Minute at which it must be over. */
  readonly overAt: number;
  readonly quiet: StorySeries;
  /** What the text says of who or what it is about, beside the labels. */
  readonly names: readonly string[];
}

const START = 60;
const WINDOWS = host('windows', 16_384);
const OWNER_NAMES = ['"dnsfilter.exe"', '"DnsFilterSvc"', 'dc1'];
const HOST_ONLY = ['dc1'];
/** 1, then 0 for forty minutes, then 1 again. */
const FAILS = `1+0x${START} 0+0x40 1+0x300`;
const UP = 'up{job="ephemeral-port-exporter",instance="dc1"}';

/** Stuck ports of a leak of `perMinute` that ends by an exit `length` minutes after its start. */
function leakUntilExit(start: number, perMinute: number, length: number, level = 0): StorySeries {
  const end = start + length;
  return {
    ...WINDOWS,
    ...used(ramp(level + 300, start, perMinute, length, '300+0x1500')),
    ...state('established', flat(288)),
    ...state('bound', ramp(level + 12, start, perMinute, length, '12+0x1500')),
    ...ownerPorts('bound', ramp(level + 12, start, perMinute, length, '12+0x1500')),
    ...stuck(ramp(level, start + 15, perMinute, length - 15, '0+0x1500')),
    ...ownerGauge('members', flat(1)),
    ...ownerGauge('start_time_seconds', `0+0x${end - 1} ${end * 60}+0x1500`),
    ...exporterGauge('exporter_collector_success', 'collector="owners"', flat(1)),
  };
}

function events(id: string, values: string): StorySeries {
  return exporterGauge('event_log_events_total', `event_id="${id}",provider="Tcpip"`, values);
}

const YOUNG_HOST = Object.fromEntries(Object.entries(WINDOWS).filter(([series]) => !series.includes(':ready')));
const METADATA = '169.254.169.254:80';
const STARTED = 300;
const OLDEST = 'ephemeral_port_process_oldest_held_timestamp_seconds';
const OLDEST_SERIES = `${OLDEST}{job="epx",instance="dc1",protocol="tcp",netns="host",process="dnsfilter.exe",unit="DnsFilterSvc"}`;
const UNATTRIBUTED = 'protocol="tcp",netns="host",reason="no_permission"';
const PROBE = 'protocol="tcp",af="ipv4"';
const LINUX = host('linux', 10_000);

/** By the uid of each alert: a test fails when one is missing. */
export const ALERT_STORIES: Readonly<Record<string, AlertStory>> = {
  'epx-leak': {
    fires: leakUntilExit(STARTED, 1.75, 120),
    firesAt: STARTED + 58,
    overAt: STARTED + 120 + 20,
    quiet: { ...leakUntilExit(STARTED, 1.75, 120), ...stuck(`0+0x${STARTED} 60+0x3000`) },
    names: [...OWNER_NAMES, '1.75 ports a minute'],
  },
  'epx-linklocal': {
    fires: {
      ...leakUntilExit(START, 1.75, 60),
      ...remote(METADATA, 'metadata', ramp(0, START + 15, 1.75, 45, 'stale')),
    },
    firesAt: START + 40,
    overAt: START + 60 + 20,
    quiet: { ...leakUntilExit(START, 1.75, 60), ...remote('198.51.100.1:443', 'other', ramp(0, START + 15, 1.75)) },
    names: [...OWNER_NAMES, METADATA],
  },
  'epx-suspected': {
    fires: { ...YOUNG_HOST, ...stuck(ramp(0, START, 1, 300, '0+0x600')) },
    firesAt: START + 270,
    overAt: START + 300 + 65,
    quiet: { ...YOUNG_HOST, ...stuck(`${ramp(0, START, 4, 60)} 241.5+1.5x60 333+0.5x60 363+0.1x500`) },
    names: OWNER_NAMES,
  },
  'epx-changed': {
    fires: {
      ...leakUntilExit(STARTED, 1.75, 120),
      ...ownerGauge('executable_change_time_seconds', flat((STARTED - 30) * 60)),
      [OLDEST_SERIES]: flat(STARTED * 60),
    },
    firesAt: STARTED + 95,
    overAt: STARTED + 120 + 120,
    quiet: {
      ...leakUntilExit(STARTED, 1.75, 120),
      ...ownerGauge('executable_change_time_seconds', flat((STARTED - 3000) * 60)),
      [OLDEST_SERIES]: flat(STARTED * 60),
    },
    names: OWNER_NAMES,
  },
  'epx-released': {
    fires: { ...WINDOWS, ...released('exited', `0+0x${START} 700+0x300`) },
    firesAt: START + 31,
    overAt: START + 95,
    quiet: { ...WINDOWS, ...released('closed', `0+0x${START} 700+0x300`) },
    names: [...OWNER_NAMES, '7'],
  },
  'epx-predicted-page': {
    fires: {
      ...WINDOWS,
      ...used(ramp(300, START, 60, 150, '300+0x300')),
      ...ownerPorts('established', ramp(300, START, 60, 150, '300+0x300')),
    },
    firesAt: START + 145,
    overAt: START + 150 + 60,
    quiet: { ...WINDOWS, ...used(`300+0x${START} 8000+0x300`) },
    names: ['"dnsfilter.exe"', 'dc1'],
  },
  'epx-predicted-ticket': {
    fires: leakUntilExit(STARTED, 2, 400, 9000),
    firesAt: STARTED + 130,
    overAt: STARTED + 400 + 95,
    quiet: { ...leakUntilExit(STARTED, 2, 120, 9000), ...stuck(flat(9000)) },
    names: ['"dnsfilter.exe"', '"DnsFilterSvc"', 'dc1', '2.00 ports a minute'],
  },
  'epx-usage-high': {
    fires: { ...LINUX, ...used(`5000+0x${START} 8500+0x60 5000+0x200`), ...ownerPorts('bound', flat(4000)) },
    firesAt: START + 30,
    overAt: START + 100,
    quiet: { ...LINUX, ...used(`5000+0x${START} 8500+0x9 5000+0x200`) },
    names: ['"dnsfilter.exe"', 'dc1'],
  },
  'epx-almost-exhausted': {
    fires: {
      ...host('windows', 10_000),
      ...used(`5000+0x${START} 9700+0x60 5000+0x200`),
      ...ownerPorts('bound', flat(9000)),
    },
    firesAt: START + 8,
    overAt: START + 90,
    quiet: {
      ...LINUX,
      ...used(`5000+0x${START} 9700+0x60`),
      ...exporterGauge('destination_headroom', 'netns="host",estimate="high"', flat(9000)),
    },
    names: ['"dnsfilter.exe"', 'dc1'],
  },
  'epx-exhausted': {
    fires: {
      ...LINUX,
      ...used(flat(10_000)),
      ...state('bound', flat(9000)),
      ...ownerPorts('bound', flat(9000)),
      ...exporterGauge('bind_probe_success', PROBE, `1+0x${START} 0+0x60 1+0x200`),
    },
    firesAt: START + 8,
    overAt: START + 90,
    quiet: {
      ...LINUX,
      ...used(flat(10_000)),
      ...state('bound', flat(10)),
      ...exporterGauge('bind_probe_success', PROBE, `1+0x${START} 0+0x60`),
    },
    names: ['"dnsfilter.exe"', 'dc1'],
  },
  'epx-timewait': {
    fires: {
      ...LINUX,
      ...state('time_wait', `100+0x${START} 6000+0x60 100+0x200`),
      ...ownerPorts('time_wait', flat(5900)),
    },
    firesAt: START + 20,
    overAt: START + 90,
    quiet: { ...LINUX, ...state('time_wait', `100+0x${START} 6000+0x8 100+0x60`) },
    names: ['"dnsfilter.exe"', 'dc1'],
  },
  'epx-down': {
    fires: { [UP]: FAILS },
    firesAt: START + 20,
    overAt: START + 45,
    quiet: { [UP]: `1+0x${START} 0 0 1+0x100` },
    names: HOST_ONLY,
  },
  'epx-absent': {
    fires: { [UP]: `_x${START} 1+0x100` },
    firesAt: START - 20,
    overAt: START + 10,
    quiet: { [UP]: flat(0) },
    names: ['ephemeral-port-exporter'],
  },
  'epx-collector': {
    fires: { ...WINDOWS, ...exporterGauge('exporter_collector_success', 'collector="bound"', FAILS) },
    firesAt: START + 20,
    overAt: START + 45,
    quiet: {
      ...WINDOWS,
      ...exporterGauge('exporter_collector_success', 'collector="bound"', `1+0x${START} 0+0x9 1+0x90`),
    },
    names: ['dc1', '"bound"'],
  },
  'epx-stale': {
    fires: {
      ...WINDOWS,
      ...exporterGauge(
        'exporter_last_sample_timestamp_seconds',
        '',
        `0+60x${START} ${START * 60}+0x30 ${(START + 32) * 60}+60x200`,
      ),
    },
    firesAt: START + 20,
    overAt: START + 45,
    quiet: { ...WINDOWS, ...exporterGauge('exporter_last_sample_timestamp_seconds', '', '0+60x300') },
    names: HOST_ONLY,
  },
  'epx-owners-hidden': {
    fires: {
      ...WINDOWS,
      ...used(flat(2000)),
      ...exporterGauge('exporter_unattributed_ports', UNATTRIBUTED, `0+0x${START} 900+0x40 0+0x100`),
    },
    firesAt: START + 20,
    overAt: START + 50,
    quiet: { ...WINDOWS, ...used(flat(2000)), ...exporterGauge('exporter_unattributed_ports', UNATTRIBUTED, flat(90)) },
    names: HOST_ONLY,
  },
  'epx-bound-invisible': {
    fires: {
      ...WINDOWS,
      ...exporterGauge('exporter_source_info', 'piece="bound",source="none"', `1+0x${START} stale`),
    },
    firesAt: START - 10,
    overAt: START + 5,
    quiet: { ...WINDOWS, ...exporterGauge('exporter_source_info', 'piece="bound",source="inet_diag"', flat(1)) },
    names: HOST_ONLY,
  },
  'epx-scope': {
    fires: {
      ...WINDOWS,
      ...exporterGauge('exporter_source_info', 'piece="scope",source="container"', `1+0x${START} stale`),
    },
    firesAt: START - 10,
    overAt: START + 5,
    quiet: { ...WINDOWS, ...exporterGauge('exporter_source_info', 'piece="scope",source="host"', flat(1)) },
    names: HOST_ONLY,
  },
  'epx-ledger-lost': {
    fires: {
      ...WINDOWS,
      ...exporterGauge('exporter_ledger_start_timestamp_seconds', '', `0+0x${START} ${START * 60}+0x200`),
    },
    firesAt: START + 5,
    overAt: START + 65,
    quiet: { ...WINDOWS, ...exporterGauge('exporter_ledger_start_timestamp_seconds', '', flat(0)) },
    names: HOST_ONLY,
  },
  'epx-config': {
    fires: { ...WINDOWS, ...exporterGauge('exporter_config_last_reload_successful', '', FAILS) },
    firesAt: START + 20,
    overAt: START + 45,
    quiet: { ...WINDOWS, ...exporterGauge('exporter_config_last_reload_successful', '', flat(1)) },
    names: HOST_ONLY,
  },
  'epx-event': {
    fires: { ...WINDOWS, ...events('4231', `0+0x${START} 1+0x100`) },
    firesAt: START + 5,
    overAt: START + 40,
    quiet: { ...WINDOWS, ...events('4231', flat(3)) },
    names: ['dc1', '"4231"'],
  },
  'epx-reuse-event': {
    fires: { ...WINDOWS, ...events('4227', `0+0x${START} 5+0x300`) },
    firesAt: START + 5,
    overAt: START + 130,
    quiet: { ...WINDOWS, ...events('4227', `0+0x${START} 1+0x300`) },
    names: HOST_ONLY,
  },
};
