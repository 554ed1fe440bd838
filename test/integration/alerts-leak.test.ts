import { describe, expect, it } from 'vitest';
import {
  flat,
  host,
  OWNER,
  ownerGauge,
  ownerPorts,
  ramp,
  released,
  state,
  stuck,
  used,
} from '../helpers/alert-host.ts';
import { firingAt, type StorySeries } from '../helpers/promtool-story.ts';

/** The leak begins five hours in; its ports are stuck 15 minutes later. */
const START = 300;

function incident(after = 3000, end = ''): StorySeries {
  return {
    ...host('windows', 16_384),
    ...used(ramp(300, START, 1.75, after, end)),
    ...state('established', flat(288)),
    ...state('bound', ramp(12, START, 1.75, after, end)),
    ...ownerPorts('bound', ramp(12, START, 1.75, after, end)),
    ...stuck(ramp(0, START + 15, 1.75, Math.max(0, after - 15), end)),
    ...ownerGauge('start_time_seconds', flat(0)),
    ...ownerGauge('members', flat(1)),
  };
}

describe('EphemeralPortLeak', () => {
  it('fires within the hour, once, and names process, unit, pace and time left', async () => {
    const [before, within, later] = await firingAt(incident(), 'EphemeralPortLeak', [
      START + 30,
      START + 55,
      START + 600,
    ]);
    expect(before).toEqual([]);
    expect(within).toHaveLength(1);
    expect(within?.[0]?.labels).toEqual({
      alertname: 'EphemeralPortLeak',
      job: 'epx',
      instance: 'dc1',
      protocol: 'tcp',
      netns: 'host',
      process: 'dnsfilter.exe',
      unit: 'DnsFilterSvc',
      severity: 'warning',
      class: 'leak',
    });
    expect(within?.[0]?.annotations['description']).toMatch(
      /^"dnsfilter\.exe" \(unit "DnsFilterSvc", .*gains 1\.75 ports a minute.* 15988 ports are left, 6d 8h .* until 1970-01-07 14:1\d:00/,
    );
    expect(later?.map((alert) => alert.labels)).toEqual(within?.map((alert) => alert.labels));
  });

  it('resolves within 20 minutes of a restart that frees the ports', async () => {
    const restart = START + 120;
    const story = {
      ...incident(120, '0+0x600'),
      ...ownerGauge('start_time_seconds', `0+0x${restart - 1} ${restart * 60}+0x600`),
    };
    const [firing, resolved, stays] = await firingAt(story, 'EphemeralPortLeak', [
      restart,
      restart + 20,
      restart + 300,
    ]);
    expect(firing).toHaveLength(1);
    expect(resolved).toEqual([]);
    expect(stays).toEqual([]);
  });

  it('goes on through two missed scrapes', async () => {
    const gap = START + 120;
    const story = Object.fromEntries(
      Object.entries(incident()).map(([series, values]) => [series, withGap(values, gap, 2)]),
    );
    const times = [gap, gap + 1, gap + 2, gap + 3, gap + 4, gap + 6, gap + 10];
    for (const alerts of await firingAt(story, 'EphemeralPortLeak', times)) expect(alerts).toHaveLength(1);
  });

  it('does not fire for a process that has run for less than four hours', async () => {
    const young = { ...incident(), ...ownerGauge('start_time_seconds', flat(START * 60)) };
    expect(await firingAt(young, 'EphemeralPortLeak', [START + 55, START + 120])).toEqual([[], []]);
  });

  it('fires within six hours when the leak begins with a restart of the service', async () => {
    const young = { ...incident(), ...ownerGauge('start_time_seconds', flat(START * 60)) };
    const [firing] = await firingAt(young, 'EphemeralPortLeak', [START + 355]);
    expect(firing).toHaveLength(1);
  });

  it('does not fire for a step, nor for a program that closes what it opens', async () => {
    const step = { ...incident(), ...stuck(`0+0x${START} 60+0x3000`) };
    const letsGo = { ...incident(), ...released('closed', ramp(0, START + 15, 1.5)) };
    expect(await firingAt(step, 'EphemeralPortLeak', [START + 55, START + 300])).toEqual([[], []]);
    expect(await firingAt(letsGo, 'EphemeralPortLeak', [START + 55, START + 300])).toEqual([[], []]);
  });

  it('names neither muted owners nor groups without a name', async () => {
    const muted = { ...incident(), ...ownerGauge('muted', flat(1)) };
    const nobody = 'netns="host",process="(other)",unit=""';
    const folded = Object.fromEntries(
      Object.entries(incident()).map(([series, values]) => [series.replace(OWNER, nobody), values]),
    );
    expect(await firingAt(muted, 'EphemeralPortLeak', [START + 55, START + 900])).toEqual([[], []]);
    expect(await firingAt(folded, 'EphemeralPortLeak', [START + 55, START + 900])).toEqual([[], []]);
  });

  it('quotes a process name that would break a query or a text', async () => {
    const hostile = 'netns="host",process="a\\"}{{ .Value }}\\\\",unit=""';
    const story = Object.fromEntries(
      Object.entries(incident()).map(([series, values]) => [series.replace(OWNER, hostile), values]),
    );
    const [alerts] = await firingAt(story, 'EphemeralPortLeak', [START + 55]);
    expect(alerts?.[0]?.labels['process']).toBe('a"}{{ .Value }}\\');
    expect(alerts?.[0]?.annotations['description']).toMatch(/^"a\\"\}\{\{ \.Value \}\}\\\\" .*70 stuck ports/);
  });
});

/** Values of one a minute with `count` of them missing after `minute`. */
function withGap(values: string, minute: number, count: number): string {
  const points = values.split(' ').flatMap((part) => {
    const match = /^(-?[\d.]+)\+([\d.]+)x(\d+)$/.exec(part);
    if (match === null) return [part];
    const [from, step, times] = match.slice(1).map(Number) as [number, number, number];
    return Array.from({ length: times + 1 }, (_, index) => String(from + index * step));
  });
  return points.map((point, index) => (index > minute && index <= minute + count ? '_' : point)).join(' ');
}
