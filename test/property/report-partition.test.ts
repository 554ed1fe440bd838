import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildReport } from '../../src/analysis/report.ts';
import { EMPTY_MEMORY } from '../../src/analysis/report-memory.ts';
import { PROTOCOLS } from '../../src/model/protocol.ts';
import type { Report } from '../../src/model/report.ts';
import type { SocketStateName } from '../../src/model/socket-state.ts';
import { buildAttributed, HUNDRED_PORTS, namespaceOf, type SocketSpec } from '../helpers/attributed-builder.ts';
import { seriesOf, snapshotOf } from '../helpers/metric-values.ts';

const GROUPS = [{ process: 'a' }, { process: 'b' }, { netns: 'pod', process: 'a' }, { netns: 'pod', process: 'b' }];
const NAMESPACES = [HUNDRED_PORTS, namespaceOf('pod', 40_000, 40_099)];
const TCP_STATES = ['established', 'syn_sent', 'fin_wait2', 'time_wait', 'bound', 'close_wait', 'listen'] as const;

// Few ports, peers and addresses, so that they meet often.
const PORT = fc.integer({ min: 40_000, max: 40_011 });
const PEER = fc.constantFrom('10.0.0.1:80', '10.0.0.2:80', '10.0.0.1:81', '[2001:db8::1]:80', '169.254.169.254:80');
const LOCAL = fc.constantFrom('10.1.0.1', '10.1.0.2', '2001:db8::2');
const NETNS = fc.integer({ min: 0, max: 1 });
const tcpSocket = fc.record({
  state: fc.constantFrom(...TCP_STATES),
  port: PORT,
  remote: PEER,
  local: LOCAL,
  netns: NETNS,
});
const udpSocket = fc.record({
  protocol: fc.constant('udp' as const),
  state: fc.constantFrom<SocketStateName>('established', 'unconnected'),
  port: PORT,
  netns: NETNS,
});
/** A group for each port, so that all sockets of a port agree; a tuple at most once, as in a kernel. */
const SOCKETS = fc
  .uniqueArray(fc.oneof(tcpSocket, udpSocket), {
    maxLength: 60,
    selector: (spec: SocketSpec) => JSON.stringify([spec.netns, spec.protocol, spec.port, spec.local, spec.remote]),
  })
  .map((specs): SocketSpec[] => specs.map((spec) => ({ ...spec, group: (spec.netns ?? 0) * 2 + (spec.port % 2) })));

function reportOf(sockets: readonly SocketSpec[]): Report {
  return buildReport(buildAttributed({ sockets, groups: GROUPS, namespaces: NAMESPACES }), EMPTY_MEMORY, []);
}

const inPool = (sockets: readonly SocketSpec[], netns: number, protocol: string): SocketSpec[] =>
  sockets.filter((spec) => spec.netns === netns && (spec.protocol ?? 'tcp') === protocol);

const distinctPorts = (sockets: readonly SocketSpec[]): number => new Set(sockets.map(({ port }) => port)).size;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test('used is the number of distinct ports, and the sum over states and over groups', () => {
  fc.assert(
    fc.property(SOCKETS, (sockets) => {
      const report = reportOf(sockets);
      for (const [netns, { name }] of NAMESPACES.entries()) {
        for (const protocol of PROTOCOLS) {
          const pool = report.pools.find((one) => one.netns === name && one.protocol === protocol);
          const groups = report.groups.filter((group) => group.netns === name);
          expect(pool?.used).toBe(distinctPorts(inPool(sockets, netns, protocol)));
          expect(sum(Object.values(pool?.states ?? {}))).toBe(pool?.used);
          expect(sum(groups.flatMap(({ ports }) => Object.values(ports[protocol])))).toBe(pool?.used);
        }
      }
    }),
  );
});

test('the metrics hold the same sums', () => {
  fc.assert(
    fc.property(SOCKETS, (sockets) => {
      const snapshot = snapshotOf(reportOf(sockets));
      for (const { labels, value } of seriesOf(snapshot, 'used')) {
        for (const key of ['state_ports', 'process_ports'] as const) {
          const parts = seriesOf(snapshot, key).filter(
            (one) => one.labels['netns'] === labels['netns'] && one.labels['protocol'] === labels['protocol'],
          );
          expect(sum(parts.map((part) => part.value))).toBe(value);
        }
      }
    }),
  );
});

test('destinations and headroom are those of a plain count over all triples', () => {
  fc.assert(
    fc.property(SOCKETS, (sockets) => {
      const report = reportOf(sockets);
      for (const [netns, { name }] of NAMESPACES.entries()) {
        const tcp = inPool(sockets, netns, 'tcp');
        const portsWith = (states: readonly string[]): Set<number> =>
          new Set(tcp.filter(({ state }) => states.includes(state)).map(({ port }) => port));
        const locked = portsWith(['bound', 'listen']);
        const listening = portsWith(['listen']);
        const serving = tcp.filter(
          ({ state, port }) => state !== 'bound' && state !== 'listen' && !listening.has(port),
        );
        const peers = [...new Set(serving.map(({ remote }) => remote as string))];
        const used = peers.map((peer) => distinctPorts(serving.filter(({ remote }) => remote === peer)));
        const lost = serving.map(({ remote, local }) => {
          const triple = serving.filter((one) => one.remote === remote && one.local === local);
          return new Set([...locked, ...triple.map(({ port }) => port)]).size;
        });
        const pool = report.pools.find((one) => one.netns === name && one.protocol === 'tcp');
        expect(pool?.headroom).toEqual({ low: 100 - distinctPorts(tcp), high: 100 - Math.max(locked.size, ...lost) });
        expect(pool?.destinations.map((one) => one.used)).toEqual(used.sort((a, b) => b - a).slice(0, 5));
      }
    }),
  );
});

test('low headroom never exceeds high, and neither the capacity', () => {
  fc.assert(
    fc.property(SOCKETS, (sockets) => {
      for (const { headroom, capacity } of reportOf(sockets).pools) {
        if (headroom === undefined) continue;
        expect(headroom.low).toBeLessThanOrEqual(headroom.high);
        expect(headroom.high).toBeLessThanOrEqual(capacity);
      }
    }),
  );
});
