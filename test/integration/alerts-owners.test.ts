import { describe, expect, it } from 'vitest';
import { flat, host, ownerGauge, ownerPorts, ramp, released, remote, stuck, used } from '../helpers/alert-host.ts';
import { firingAt } from '../helpers/promtool-story.ts';

const METADATA = '169.254.169.254:80';
const START = 60;

describe('EphemeralPortLinkLocalLeak', () => {
  const leak = {
    ...host('windows', 16_384),
    ...used(ramp(300, START, 1.75)),
    ...stuck(ramp(0, START, 1.75)),
    ...remote(METADATA, 'metadata', ramp(0, START, 1.5)),
    ...remote('(never seen)', 'other', ramp(0, START, 0.25)),
  };

  it('fires minutes after the first stuck ports and tells the remote, which is no label', async () => {
    const [before, firing] = await firingAt(leak, 'EphemeralPortLinkLocalLeak', [START, START + 20]);
    expect(before).toEqual([]);
    expect(firing).toHaveLength(1);
    expect(firing?.[0]?.labels).toMatchObject({ process: 'dnsfilter.exe', unit: 'DnsFilterSvc', protocol: 'tcp' });
    expect(firing?.[0]?.labels).not.toHaveProperty('remote');
    expect(firing?.[0]?.annotations['description']).toContain(
      '30 of 35 stuck ports were seen talking, most to 169.254.169.254:80 (30)',
    );
    expect(firing?.[0]?.annotations['description']).toMatch(
      /has gained 1\.\d+ stuck ports a minute in the last ten minutes; 16049 ports are left, 6d \S+/,
    );
  });

  it('fires on classes alone, where remotes are private, and tells the class', async () => {
    const byClass = Object.fromEntries(
      Object.entries(leak).map(([series, values]) => [series.replace(METADATA, 'metadata'), values]),
    );
    const [firing] = await firingAt(byClass, 'EphemeralPortLinkLocalLeak', [START + 20]);
    expect(firing).toHaveLength(1);
    expect(firing?.[0]?.annotations['description']).toContain(
      '30 of 35 stuck ports were seen talking, most to metadata (30)',
    );
    expect(JSON.stringify(firing)).not.toContain('169.254');
  });

  it('resolves within 20 minutes of a restart', async () => {
    const restarted = {
      ...leak,
      ...stuck(ramp(0, START, 1.75, 60, '0+0x300')),
      ...remote(METADATA, 'metadata', ramp(0, START, 1.5, 60, 'stale')),
      ...remote('(never seen)', 'other', ramp(0, START, 0.25, 60, 'stale')),
    };
    const [firing, resolved] = await firingAt(restarted, 'EphemeralPortLinkLocalLeak', [START + 60, START + 80]);
    expect(firing).toHaveLength(1);
    expect(resolved).toEqual([]);
  });

  it('counts what was seen alone: other remotes outweigh it, ports never seen do not', async () => {
    const mixed = { ...leak, ...remote('198.51.100.1:443', 'other', ramp(0, START, 1)) };
    const unseen = { ...leak, ...remote('(never seen)', 'other', ramp(0, START, 20)) };
    expect(await firingAt(mixed, 'EphemeralPortLinkLocalLeak', [START + 30, START + 120])).toEqual([[], []]);
    expect((await firingAt(unseen, 'EphemeralPortLinkLocalLeak', [START + 30]))[0]).toHaveLength(1);
  });

  it('leaves a client alone that holds four closed connections, and a muted owner', async () => {
    const few = { ...leak, ...remote(METADATA, 'metadata', `0+0x${START} 4+0x600`) };
    const muted = { ...leak, ...ownerGauge('muted', flat(1)) };
    const times = [START + 5, START + 11, START + 15, START + 90];
    expect(await firingAt(few, 'EphemeralPortLinkLocalLeak', times)).toEqual([[], [], [], []]);
    expect(await firingAt(muted, 'EphemeralPortLinkLocalLeak', times)).toEqual([[], [], [], []]);
  });
});

describe('EphemeralPortLeakSuspected', () => {
  /** A host known for less than a week, where the fast proofs do not speak. */
  const young = Object.fromEntries(
    Object.entries(host('windows', 16_384)).filter(([series]) => !series.includes(':ready')),
  );
  const rising = { ...young, ...stuck(ramp(0, START, 1)) };

  it('tells of three hours at one pace, as information', async () => {
    const [early, late] = await firingAt(rising, 'EphemeralPortLeakSuspected', [START + 60, START + 225]);
    expect(early).toEqual([]);
    expect(late?.[0]?.labels).toMatchObject({ severity: 'info', process: 'dnsfilter.exe' });
  });

  it('is silent when the pace changes', async () => {
    const morning = { ...rising, ...stuck(`${ramp(0, START, 3, 60)} ${ramp(180, 1, 1, 500)}`) };
    expect(await firingAt(morning, 'EphemeralPortLeakSuspected', [START + 165])).toEqual([[]]);
  });
});

describe('EphemeralPortExecutableChanged', () => {
  const change = START * 60;
  /** A leak of twelve hours that began ten minutes after an update. */
  const story = {
    ...host('windows', 16_384),
    ...used(ramp(300, START + 10, 1.75)),
    ...ownerPorts('bound', ramp(12, START + 10, 1.75)),
    ...ownerGauge('executable_change_time_seconds', flat(change)),
  };
  const withOldest = (seconds: number): Record<string, string> => ({
    ...story,
    'ephemeral_port_process_oldest_held_timestamp_seconds{job="epx",instance="dc1",protocol="tcp",netns="host",process="dnsfilter.exe",unit="DnsFilterSvc"}':
      flat(seconds),
  });
  const late = START + 13 * 60;

  it('tells when the executable changed within the day before the first held port', async () => {
    const [firing] = await firingAt(withOldest(change + 600), 'EphemeralPortExecutableChanged', [late]);
    expect(firing?.[0]?.labels).toMatchObject({ severity: 'info', process: 'dnsfilter.exe' });
  });

  it('is silent when it changed days before, or long after the leak began', async () => {
    const before = withOldest(change + 2 * 86_400);
    const after = withOldest(change - 2 * 3600);
    expect(await firingAt(before, 'EphemeralPortExecutableChanged', [late])).toEqual([[]]);
    expect(await firingAt(after, 'EphemeralPortExecutableChanged', [late])).toEqual([[]]);
  });
});

describe('EphemeralPortsReleased', () => {
  it('tells how many stuck ports came back by an exit, and nothing of those that were closed', async () => {
    const exit = { ...host('windows', 16_384), ...released('exited', `0+0x${START} 700+0x300`) };
    const closing = { ...host('windows', 16_384), ...released('closed', `0+0x${START} 700+0x300`) };
    const [firing, over] = await firingAt(exit, 'EphemeralPortsReleased', [START + 10, START + 60]);
    expect(firing?.[0]?.labels['severity']).toBe('info');
    expect(firing?.[0]?.annotations['description']).toMatch(/gave back 7\d\d stuck ports by exiting/);
    expect(over).toEqual([]);
    expect(await firingAt(closing, 'EphemeralPortsReleased', [START + 10])).toEqual([[]]);
  });
});
