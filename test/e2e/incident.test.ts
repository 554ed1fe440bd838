import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IncidentStage, makeIncident, ownValue, stuckRemotes } from '../helpers/incident-stage.ts';
import type { Series } from '../helpers/metrics-text.ts';
import { LEAK_SHAPES, METADATA_REMOTE } from '../helpers/recipes/metadata-leak.ts';
import { listenOn, openSockets } from '../helpers/socket-lab.ts';

const PER_SHAPE = 20;
const NEVER_SEEN = '(never seen)';

let stage: IncidentStage;

beforeEach(async () => {
  stage = await makeIncident();
});
afterEach(() => stage.clear());

describe('the incident', () => {
  it('is told by process, number and last remote for every shape of connection that lived two samples', async () => {
    const all: number[] = [];
    for (const shape of LEAK_SHAPES) {
      const ports = stage.takePorts(PER_SHAPE);
      await stage.leak({ shape, ports, whenOpen: stage.twoSamples });
      all.push(...ports);
    }
    const series = await stage.untilStuck('dns-filter', all.length);
    expect(stuckRemotes(series, 'dns-filter')).toEqual({ [METADATA_REMOTE]: all.length });
    expect(ownValue(series, 'process_stuck_remote_ports', { process: 'dns-filter', class: 'metadata' })).toBe(
      all.length,
    );
    expect(ownValue(series, 'process_stuck_total', { process: 'dns-filter' })).toBe(all.length);
    expect(await stage.remoteByPort('dns-filter')).toEqual(new Map(all.map((port) => [port, METADATA_REMOTE])));
  });

  it('names no remote for a connection that no sample saw, unless the socket itself still tells', async () => {
    const ports = Object.fromEntries(LEAK_SHAPES.map((shape) => [shape, stage.takePorts(PER_SHAPE)]));
    await stage.unseen(async () => {
      for (const shape of LEAK_SHAPES) await stage.leak({ shape, ports: ports[shape] ?? [] });
    });
    const series = await stage.untilStuck('dns-filter', 3 * PER_SHAPE);
    expect(stuckRemotes(series, 'dns-filter')).toEqual({ [METADATA_REMOTE]: PER_SHAPE, [NEVER_SEEN]: 2 * PER_SHAPE });
    const byPort = await stage.remoteByPort('dns-filter');
    const told = (shape: string) => new Set((ports[shape] ?? []).map((port) => byPort.get(port)));
    expect(told('reset')).toEqual(new Set([METADATA_REMOTE]));
    expect([...told('disconnect'), ...told('second_socket')]).toEqual([undefined, undefined]);
  });

  it('never shows the remote of the program that used the port before', async () => {
    const ports = stage.takePorts(PER_SHAPE);
    const user = stage.start('earlier-user');
    const port = 20_080;
    const handle = await listenOn(stage.server, port);
    const clients = await openSockets(user, { count: ports.length });
    await user.run('bindEach', { handles: clients, ports });
    await user.run('connect', { handles: clients, port });
    const accepted = await stage.server.run<number[]>('accept', { handle, count: ports.length });
    await stage.twoSamples();
    await stage.unseen(async () => {
      // By RST, so that no TIME_WAIT stays and the very next program gets the same ports.
      await user.run('close', { handles: clients, reset: true });
      await stage.server.run('close', { handles: accepted });
      await stage.filter.run('bindEach', { handles: await openSockets(stage.filter, { count: ports.length }), ports });
    });
    const series = await stage.untilStuck('dns-filter', ports.length);
    expect(stuckRemotes(series, 'dns-filter')).toEqual({ [NEVER_SEEN]: ports.length });
    expect(await stage.remoteByPort('dns-filter')).toEqual(new Map(ports.map((each) => [each, undefined])));
  });

  it('ends as closed, as used, or, when the program is restarted, as exited', async () => {
    const ports = stage.takePorts(PER_SHAPE);
    const handles = await openSockets(stage.filter, { count: ports.length });
    await stage.filter.run('bindEach', { handles, ports, address: '0.0.0.0' });
    await stage.untilStuck('dns-filter', ports.length);
    await stage.filter.run('close', { handles: handles.slice(0, 3) });
    await stage.filter.run('connect', { handles: handles.slice(3, 5), address: '169.254.169.254', port: 80 });
    const released = (series: readonly Series[]) =>
      ['closed', 'used', 'exited'].map((how) =>
        ownValue(series, 'process_stuck_released_total', { process: 'dns-filter', how }),
      );
    expect(released(await stage.untilStuck('dns-filter', ports.length - 5))).toEqual([3, 2, 0]);

    await stage.filter.kill();
    const restarted = stage.start('dns-filter');
    const again = await openSockets(restarted, { count: 10 });
    await restarted.run('bindEach', { handles: again, ports: stage.takePorts(10), address: '0.0.0.0' });
    const series = await stage.untilStuck('dns-filter', 10);
    expect(released(series)).toEqual([3, 2, ports.length - 5]);
    expect(ownValue(series, 'process_stuck_total', { process: 'dns-filter' })).toBe(ports.length + 10);
  });
});
