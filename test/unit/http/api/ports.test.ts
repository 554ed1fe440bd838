import { describe, expect, test } from 'vitest';
import { ERROR_SCHEMA, JOURNEY_SCHEMA, PORTS_SCHEMA, type PortAnswer } from '../../../../src/http/api/ports-schema.ts';
import type { LifeSpan } from '../../../../src/model/ledger-view.ts';
import { openApi } from '../../../helpers/api-stage.ts';
import { buildAttributed, namespaceOf, type SocketSpec } from '../../../helpers/attributed-builder.ts';
import { createReport } from '../../../helpers/exporter-view.ts';

const REMOTE = '169.254.169.254:80';
const SPAN: LifeSpan = {
  state: 'bound',
  process: 'leaky',
  unit: '',
  pid: 42,
  remote: REMOTE,
  fromMs: 1000.4,
  toMs: undefined,
};

/** Rows in no order, in two namespaces and both protocols; every third one is stuck. */
function manyPorts(count: number): SocketSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    state: 'bound' as const,
    protocol: index % 5 === 0 ? ('udp' as const) : ('tcp' as const),
    netns: index % 2,
    port: 40_000 + ((index * 7919) % 10_007),
    group: index % 2,
    ...(index % 3 === 0 && { heldSinceMs: 100, stuck: true, lastRemote: REMOTE }),
  }));
}

const stage = (sockets: readonly SocketSpec[], lifeLine: readonly LifeSpan[] = []) => {
  const attributed = buildAttributed({
    sockets,
    namespaces: [namespaceOf('host', 40_000, 60_000), namespaceOf('blue', 40_000, 60_000)],
    groups: [
      { process: 'leaky', unit: '' },
      { netns: 'blue', process: 'other' },
    ],
  });
  return openApi(createReport(), { attributed: () => attributed, lifeLine: () => lifeLine });
};

const keyOf = ({ netns, protocol, port }: Pick<PortAnswer, 'netns' | 'protocol' | 'port'>) =>
  [netns, protocol, port].join();

describe('/api/v1/ports', () => {
  test('gives every port once, in order, page by page', async () => {
    const sockets = manyPorts(2500);
    const { get } = await stage(sockets);
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = PORTS_SCHEMA.parse((await get(`/api/v1/ports?limit=300${cursor}`)).json());
      expect(answer.total).toBe(2500);
      seen.push(...answer.ports.map(keyOf));
      cursor = answer.nextCursor === undefined ? '' : `&cursor=${answer.nextCursor}`;
    } while (cursor !== '');
    const truth = sockets.map(({ netns, protocol = 'tcp', port }) => {
      return keyOf({ netns: netns === 0 ? 'host' : 'blue', protocol, port });
    });
    expect(new Set(seen)).toEqual(new Set(truth));
    expect(seen).toHaveLength(2500);
    expect(seen.slice(0, 300)).toEqual([...seen.slice(0, 300)].sort());
  });

  test('filters by owner and by stuck, and says whom a stuck port last talked to', async () => {
    const { get } = await stage(manyPorts(60));
    const answer = PORTS_SCHEMA.parse((await get('/api/v1/ports?process=leaky&stuck=true&netns=host&unit=')).json());
    expect(answer.total).toBe(10);
    expect(answer.ports[0]).toMatchObject({ process: 'leaky', stuck: true, remote: REMOTE, local: '127.0.0.1' });
    expect(answer.ports[0]?.heldSinceMs).toBe(1_700_000_000_000 - 3_600_000 + 100);
    expect(answer).not.toHaveProperty('nextCursor');
  });

  test('tells the peer of a connected port', async () => {
    const { get } = await stage([{ state: 'established', port: 40_001, remote: '[2001:db8::1]:443' }]);
    const { ports } = PORTS_SCHEMA.parse((await get('/api/v1/ports')).json());
    expect(ports).toMatchObject([{ state: 'established', remote: '[2001:db8::1]:443', stuck: false }]);
  });

  test('adds life lines where they are asked for', async () => {
    const { get } = await stage([{ state: 'bound', port: 40_001 }], [SPAN]);
    const { ports } = PORTS_SCHEMA.parse((await get('/api/v1/ports?life=true')).json());
    expect(ports[0]?.lifeLine).toEqual([{ state: 'bound', process: 'leaky', pid: 42, remote: REMOTE, fromMs: 1000 }]);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=many', 'limit: must be a whole number'],
    ['life=true&limit=201', 'limit is at most 200'],
    ['stuck=yes', 'stuck'],
    ['proces=leaky', 'proces'],
    ['process=a&process=b', 'process'],
    ['cursor=nonsense', 'cursor is none of ours'],
    [`cursor=${Buffer.from('["gone","tcp",1]').toString('base64url')}`, 'begin again without cursor'],
  ])('refuses %s', async (query, reason) => {
    const { get } = await stage([]);
    const answer = await get(`/api/v1/ports?${query}`);
    expect(answer.status).toBe(400);
    expect(ERROR_SCHEMA.parse(answer.json()).error).toMatchObject({ code: 'EPH_API_REQUEST' });
    expect(answer.body).toContain(reason);
  });
});

describe('/api/v1/ports/{protocol}/{port}', () => {
  test('tells the journey in every namespace that knows the port', async () => {
    const { get } = await stage([{ state: 'bound', port: 40_001, netns: 1, group: 1 }], [SPAN]);
    const answer = JOURNEY_SCHEMA.parse((await get('/api/v1/ports/tcp/40001')).json());
    expect(answer.journeys.map(({ netns, now }) => [netns, now?.process])).toEqual([
      ['host', undefined],
      ['blue', 'other'],
    ]);
    expect(answer.journeys[0]?.lifeLine).toHaveLength(1);
  });

  test.each(['tcp/0', 'tcp/65536', 'sctp/80', 'tcp/4e4', 'tcp/-1'])('refuses %s', async (path) => {
    const { get } = await stage([]);
    expect((await get(`/api/v1/ports/${path}`)).status).toBe(400);
  });

  test('says that it knows nothing of a port that nobody used', async () => {
    const { get } = await stage([]);
    const answer = await get('/api/v1/ports/tcp/40005');
    expect([answer.status, ERROR_SCHEMA.parse(answer.json()).error.code]).toEqual([404, 'EPH_API_NOT_FOUND']);
  });
});

test.each(['ports', 'ports/tcp/40001', 'config'])(
  'others are refused /api/v1/%s without a word of what is there',
  async (path) => {
    const { get } = await stage([{ state: 'bound', port: 40_001 }], [SPAN]);
    const answer = await get(`/api/v1/${path}`, 'elsewhere');
    expect([answer.status, ERROR_SCHEMA.parse(answer.json()).error.code]).toEqual([403, 'EPH_API_SCOPE']);
    expect(answer.body).not.toContain('leaky');
  },
);

test('before the first sample there is no port', async () => {
  const { get } = await openApi(undefined);
  expect(PORTS_SCHEMA.parse((await get('/api/v1/ports')).json()).total).toBe(0);
});
