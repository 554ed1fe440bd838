import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../src/sim/load-scenarios.ts';
import { playScenario, type Scrape } from '../../../src/sim/play-scenario.ts';

const LEAK = `
name: leak
story: two ports a minute, to a metadata address
days: 0.25
range: { first: 50000, size: 500 }
programs:
  - process: leaky
    unit: leaky.service
    flows:
      - { state: bound, per_minute: 2, arrivals: regular, hold: forever, remotes: ['169.254.169.254:80'] }
leaks: [{ process: leaky, from: 0d }]
`;

function play(text: string): { scrapes: Scrape[]; emptyAt: number } {
  const truth = { emptyAt: Number.POSITIVE_INFINITY };
  return { scrapes: [...playScenario(parseScenario(text, 'test'), 1, truth)], emptyAt: truth.emptyAt };
}

function seriesValue(
  scrape: Scrape | undefined,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const family = scrape?.snapshot?.find((one) => one.family.name === name);
  return family?.series.find((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value))?.value;
}

describe('a played scenario', () => {
  it('holds a leak port for port in the metrics of the exporter, until no port is left', () => {
    const { scrapes, emptyAt } = play(LEAK);
    const owner = { process: 'leaky', unit: 'leaky.service' };
    expect(scrapes).toHaveLength(361);
    expect(seriesValue(scrapes[99], 'ephemeral_port_used', { protocol: 'tcp' })).toBe(200);
    expect(seriesValue(scrapes[99], 'ephemeral_port_process_ports', { ...owner, state: 'bound' })).toBe(198);
    expect(seriesValue(scrapes[99], 'ephemeral_port_process_stuck_remote_ports', { ...owner, class: 'metadata' })).toBe(
      seriesValue(scrapes[99], 'ephemeral_port_process_stuck_ports', owner),
    );
    expect(emptyAt).toBe(249);
    expect(seriesValue(scrapes[300], 'ephemeral_port_bind_probe_success', { protocol: 'tcp' })).toBe(0);
  });

  it('frees the ports at a restart, as an exit', () => {
    const { scrapes } = play(LEAK.replace('    flows:', '    restarts: [3h]\n    flows:'));
    expect(seriesValue(scrapes[179], 'ephemeral_port_used', { protocol: 'tcp' })).toBe(360);
    expect(seriesValue(scrapes[180], 'ephemeral_port_used', { protocol: 'tcp' })).toBe(2);
    const stuck = seriesValue(scrapes[179], 'ephemeral_port_process_stuck_ports', { process: 'leaky' });
    expect(
      seriesValue(scrapes[180], 'ephemeral_port_process_stuck_released_total', { process: 'leaky', how: 'exited' }),
    ).toBe(stuck);
  });

  it('scrapes nothing in an outage', () => {
    const { scrapes } = play(`${LEAK}outages: [{ at: 1h, for: 10m }]\n`);
    expect(scrapes.filter(({ snapshot }) => snapshot === undefined)).toHaveLength(10);
  });

  it('is the same for the same seed', () => {
    const noisy = LEAK.replace('regular', 'poisson');
    const values = (): unknown[] => play(noisy).scrapes.map((scrape) => seriesValue(scrape, 'ephemeral_port_used'));
    expect(values()).toEqual(values());
  });
});

describe('a scenario file', () => {
  it.each([
    ['a key that is not known', LEAK.replace('unit:', 'units:')],
    ['a time that is none', LEAK.replace('from: 0d', 'from: soon')],
    ['no program', 'name: x\nstory: x\ndays: 1\nprograms: []\n'],
    ['no YAML', 'a: [b'],
  ])('is refused with %s', (_, text) => {
    expect(() => parseScenario(text, 'f.yaml')).toThrow(expect.objectContaining({ code: 'EPH_CONFIG_INVALID' }));
  });
});
