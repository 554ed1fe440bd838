import { describe, expect, it } from 'vitest';
import { exporterGauge, flat, host, ownerPorts, ramp, state, stuck, used } from '../helpers/alert-host.ts';
import { firingAt, type StorySeries } from '../helpers/promtool-story.ts';

const START = 60;

function headroom(values: string): StorySeries {
  return exporterGauge('destination_headroom', 'netns="host",estimate="high"', values);
}

describe('EphemeralPortExhaustionPredicted', () => {
  it('pages when two slopes end within four hours in new territory, and names the owner that grows', async () => {
    const story = {
      ...host('windows', 16_384),
      ...used(ramp(300, START, 60)),
      ...ownerPorts('established', ramp(300, START, 60)),
    };
    const [early, firing] = await firingAt(story, 'EphemeralPortExhaustionPredicted', [START + 60, START + 135]);
    expect(early).toEqual([]);
    const page = firing?.find(({ labels }) => labels['severity'] === 'critical');
    expect(page?.annotations['description']).toMatch(
      /the fastest of the last half hour "dnsfilter\.exe" with 60\.00 ports a minute/,
    );
  });

  it('pages a proven leak within twelve hours, with its name, unit, pace, time and remote', async () => {
    const story = {
      ...host('windows', 16_384),
      ...used(ramp(9000, 300, 8)),
      ...state('bound', ramp(8700, 300, 8)),
      // No load: promtool shows one of two alerts of one name, and the ticket of the same forecast needs the load.
      ...ownerPorts('bound', ramp(8700, 300, 8)),
      ...stuck(ramp(8700, 315, 8)),
      'ephemeral_port_process_stuck_remote_ports{job="epx",instance="dc1",netns="host",process="dnsfilter.exe",unit="DnsFilterSvc",remote="198.51.100.1:443",class="other"}':
        ramp(8000, 315, 8),
    };
    const [firing] = await firingAt(story, 'EphemeralPortExhaustionPredicted', [600]);
    const page = firing?.find(({ labels }) => labels['severity'] === 'critical');
    expect(page?.annotations['description']).toMatch(
      /is empty in 10h .*The proven leak is "dnsfilter\.exe" \(unit "DnsFilterSvc"\) with 8\.00 ports a minute \(most stuck ports last talked to 198\.51\.100\.1:443/,
    );
  });

  it('is a ticket when a proven leak leaves less than three days', async () => {
    const story = {
      ...host('windows', 16_384),
      ...used(ramp(9000, START, 2)),
      ...state('bound', ramp(8700, START, 2)),
      ...state('established', flat(300)),
      ...ownerPorts('bound', ramp(8700, START, 2)),
    };
    const [before, firing] = await firingAt(story, 'EphemeralPortExhaustionPredicted', [START + 600, START + 800]);
    expect(before).toEqual([]);
    expect(firing?.map(({ labels }) => labels['severity'])).toEqual(['warning']);
  });

  it('does not page a step', async () => {
    const step = { ...host('windows', 16_384), ...used(`300+0x${START} 8000+0x200`) };
    const times = [START + 5, START + 8, START + 12, START + 16, START + 30];
    for (const alerts of await firingAt(step, 'EphemeralPortExhaustionPredicted', times)) expect(alerts).toEqual([]);
  });

  it('does not page a Linux host whose plain connections fill the range', async () => {
    const story = {
      ...host('linux', 28_232),
      ...used(ramp(3000, START, 100)),
      ...headroom(ramp(28_000, START, -2)),
    };
    const times = [START + 120, START + 200];
    for (const alerts of await firingAt(story, 'EphemeralPortExhaustionPredicted', times)) {
      expect(alerts.filter(({ labels }) => labels['severity'] === 'critical')).toEqual([]);
    }
  });
});

describe('levels of a pool', () => {
  it('EphemeralPortUsageHigh is a ticket at 80 % for 15 minutes', async () => {
    const story = {
      ...host('linux', 10_000),
      ...used(`5000+0x${START} 8500+0x60 5000+0x200`),
      ...headroom(flat(9000)),
    };
    const [early, firing, over] = await firingAt(story, 'EphemeralPortUsageHigh', [
      START + 10,
      START + 30,
      START + 100,
    ]);
    expect(early).toEqual([]);
    expect(firing?.map(({ labels }) => labels['severity'])).toEqual(['warning']);
    expect(over).toEqual([]);
  });

  it('EphemeralPortAlmostExhausted pages at 95 % on Windows, on Linux only by what is left to the worst destination', async () => {
    const level = `5000+0x${START} 9700+0x60`;
    const windows = { ...host('windows', 10_000), ...used(level) };
    const proxy = { ...host('linux', 10_000), ...used(level), ...headroom(flat(9000)) };
    const locked = { ...host('linux', 10_000), ...used(level), ...headroom(`9000+0x${START} 100+0x60`) };
    expect((await firingAt(windows, 'EphemeralPortAlmostExhausted', [START + 8]))[0]).toHaveLength(1);
    expect(await firingAt(proxy, 'EphemeralPortAlmostExhausted', [START + 8, START + 50])).toEqual([[], []]);
    expect((await firingAt(locked, 'EphemeralPortAlmostExhausted', [START + 8]))[0]).toHaveLength(1);
  });

  it('EphemeralPortExhausted needs a failing probe and held ports', async () => {
    const probe = exporterGauge('bind_probe_success', 'protocol="tcp",af="ipv4"', `1+0x${START} 0+0x60`);
    const heldPorts = { ...host('linux', 10_000), ...used(flat(10_000)), ...state('bound', flat(9000)), ...probe };
    const plain = { ...host('linux', 10_000), ...used(flat(10_000)), ...state('bound', flat(10)), ...probe };
    expect((await firingAt(heldPorts, 'EphemeralPortExhausted', [START + 8]))[0]).toHaveLength(1);
    expect(await firingAt(plain, 'EphemeralPortExhausted', [START + 8, START + 30])).toEqual([[], []]);
  });

  it('EphemeralPortExhausted pages a UDP range that the probe finds full', async () => {
    const story = {
      ...host('linux', 10_000),
      'ephemeral_port_used{job="epx",instance="dc1",protocol="udp",netns="host"}': flat(10_000),
      ...exporterGauge('bind_probe_success', 'protocol="udp",af="ipv4"', flat(0)),
    };
    expect((await firingAt(story, 'EphemeralPortExhausted', [START]))[0]?.[0]?.labels).toMatchObject({
      protocol: 'udp',
    });
  });

  it('EphemeralPortTimeWaitStorm is a ticket after ten minutes, not for a burst', async () => {
    const storm = { ...host('linux', 10_000), ...state('time_wait', `100+0x${START} 6000+0x60`) };
    const burst = { ...host('linux', 10_000), ...state('time_wait', `100+0x${START} 6000+0x8 100+0x60`) };
    expect((await firingAt(storm, 'EphemeralPortTimeWaitStorm', [START + 20]))[0]).toHaveLength(1);
    expect(await firingAt(burst, 'EphemeralPortTimeWaitStorm', [START + 9, START + 20])).toEqual([[], []]);
  });
});
