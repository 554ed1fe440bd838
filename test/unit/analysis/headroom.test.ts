import { expect, test } from 'vitest';
import { headroomOf } from '../../../src/analysis/headroom.ts';
import { buildReport } from '../../../src/analysis/report.ts';
import { EMPTY_MEMORY } from '../../../src/analysis/report-memory.ts';
import type { PoolReport } from '../../../src/model/report.ts';
import type { SocketStateName } from '../../../src/model/socket-state.ts';
import { buildAttributed, type SocketSpec } from '../../helpers/attributed-builder.ts';

const FIRST = 40_000;
const D1 = '10.0.0.1:80';
const D2 = '10.0.0.2:80';

/** `count` sockets on ports of their own, from `first` on in steps of `step`. */
function sockets(count: number, state: SocketStateName, fields: Partial<SocketSpec> = {}, first = FIRST, step = 1) {
  return Array.from({ length: count }, (_, index): SocketSpec => ({ state, port: first + index * step, ...fields }));
}

function tcpPool(...specs: readonly SocketSpec[][]): PoolReport {
  const report = buildReport(buildAttributed({ sockets: specs.flat() }), EMPTY_MEMORY, []);
  const pool = report.pools.find(({ protocol }) => protocol === 'tcp');
  if (pool === undefined) throw new Error('no TCP pool');
  return pool;
}

test('an empty range has all of it left at both ends', () => {
  expect(tcpPool().headroom).toEqual({ low: 100, high: 100 });
});

test('100 connections to one destination leave it nothing (experiment 1)', () => {
  const pool = tcpPool(sockets(100, 'established', { remote: D1 }));
  expect(pool.headroom).toEqual({ low: 0, high: 0 });
  expect(pool.destinations).toEqual([{ remote: D1, class: 'other', used: 100 }]);
});

test('100 more to a second one on the same ports change nothing for either (experiment 2)', () => {
  const pool = tcpPool(sockets(100, 'established', { remote: D1 }), sockets(100, 'established', { remote: D2 }));
  expect(pool.used).toBe(100);
  expect(pool.headroom).toEqual({ low: 0, high: 0 });
  expect(pool.destinations.map(({ used }) => used)).toEqual([100, 100]);
});

test('half the range to each of two destinations leaves half of it to both, if nothing was bound first', () => {
  const other = sockets(50, 'established', { remote: D2 }, FIRST + 50);
  expect(tcpPool(sockets(50, 'established', { remote: D1 }), other).headroom).toEqual({ low: 0, high: 50 });
});

test('100 bound ports leave no destination anything (experiment 5)', () => {
  const pool = tcpPool(sockets(100, 'bound'));
  expect(pool.headroom).toEqual({ low: 0, high: 0 });
  expect(pool.destinations).toEqual([]);
});

test('a wildcard bind locks like any other (experiment 6)', () => {
  expect(tcpPool(sockets(100, 'bound', { local: '0.0.0.0' })).headroom?.high).toBe(0);
  expect(tcpPool(sockets(100, 'bound', { local: '::' })).headroom?.high).toBe(0);
});

test('50 bound ports leave 50 to connect (experiment 10), and then none', () => {
  const bound = sockets(50, 'bound', {}, FIRST + 1, 2);
  expect(tcpPool(bound).headroom).toEqual({ low: 50, high: 50 });
  expect(tcpPool(bound, sockets(50, 'established', { remote: D1 }, FIRST, 2)).headroom).toEqual({ low: 0, high: 0 });
});

test('TIME_WAIT counts for its own destination', () => {
  const pool = tcpPool(
    sockets(30, 'time_wait', { remote: D1 }),
    sockets(20, 'established', { remote: D2 }, FIRST + 30),
  );
  expect(pool.headroom).toEqual({ low: 50, high: 70 });
});

test('a listener locks its port, and its clients are no destinations', () => {
  const listener = sockets(1, 'listen');
  const clients = [1, 2, 3].map((n): SocketSpec => ({ state: 'established', port: FIRST, remote: `10.0.0.9:${n}` }));
  const pool = tcpPool(listener, clients);
  expect(pool.headroom).toEqual({ low: 99, high: 99 });
  expect(pool.destinations).toEqual([]);
});

test('a bound socket under a connected one of the same port locks it all the same', () => {
  const connected = sockets(10, 'established', { remote: D1 });
  const pool = tcpPool(connected, sockets(10, 'bound'), sockets(5, 'established', { remote: D2 }, FIRST + 10));
  expect(pool.headroom).toEqual({ low: 85, high: 85 });
});

test('a bound socket with a stale peer serves no destination', () => {
  const pool = tcpPool(sockets(4, 'bound', { remote: D1 }));
  expect(pool.destinations).toEqual([]);
  expect(pool.headroom).toEqual({ low: 96, high: 96 });
});

test('two source addresses to one destination have the range each, and its ports are counted once', () => {
  const pool = tcpPool(
    sockets(60, 'established', { remote: D1, local: '10.0.1.1' }),
    sockets(40, 'established', { remote: D1, local: '10.0.1.2' }),
  );
  expect(pool.destinations).toEqual([{ remote: D1, class: 'other', used: 60 }]);
  expect(pool.headroom).toEqual({ low: 40, high: 40 });
  const apart = tcpPool(
    sockets(60, 'established', { remote: D1, local: '10.0.1.1' }),
    sockets(40, 'established', { remote: D1, local: '10.0.1.2' }, FIRST + 60),
  );
  expect(apart.destinations).toEqual([{ remote: D1, class: 'other', used: 100 }]);
  expect(apart.headroom).toEqual({ low: 0, high: 40 });
});

test('locked ports are not taken away twice, whatever source addresses use them', () => {
  const pool = tcpPool(
    sockets(20, 'bound'),
    sockets(30, 'established', { remote: D1, local: '10.0.1.1' }),
    sockets(10, 'established', { remote: D1, local: '10.0.1.2' }),
  );
  expect(pool.destinations).toEqual([{ remote: D1, class: 'other', used: 30 }]);
  expect(pool.headroom).toEqual({ low: 70, high: 70 });
});

test('only the five busiest destinations are told, equals in the order of their addresses', () => {
  const busy = sockets(9, 'established', { remote: '10.9.9.9:443' });
  const few = [7, 3, 6, 5, 4].map(
    (n): SocketSpec => ({ state: 'established', port: FIRST + n, remote: `10.0.0.${n}:80` }),
  );
  expect(tcpPool(few, busy).destinations.map(({ remote }) => remote)).toEqual([
    '10.9.9.9:443',
    '10.0.0.3:80',
    '10.0.0.4:80',
    '10.0.0.5:80',
    '10.0.0.6:80',
  ]);
});

test('a destination is an address and a port, of either family', () => {
  const v6 = sockets(2, 'close_wait', { remote: '[2001:db8::1]:443' });
  const v4 = sockets(1, 'syn_sent', { remote: '10.0.0.1:81' }, FIRST + 2);
  expect(tcpPool(v6, v4).destinations.map(({ remote }) => remote)).toEqual(['[2001:db8::1]:443', '10.0.0.1:81']);
});

test('headroom never falls below 0 when excluded ports are in use too', () => {
  expect(headroomOf({ capacity: 10, used: 12, locked: 12, worst: 0 })).toEqual({ low: 0, high: 0 });
});
