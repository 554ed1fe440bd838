import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_KNOBS } from '../../src/bundle/alerts/knobs.ts';
import { alertsOf, ruleGroups } from '../../src/bundle/alerts/rule-groups.ts';
import { fleetOf, writeFleet } from '../../src/sim/fill-fleet.ts';
import { type PrometheusServer, startPrometheusServer } from '../../src/sim/prometheus-server.ts';

const FILE = fileURLToPath(new URL('../../grafana/provisioning/alerting/ephemeral-port-rules.yaml', import.meta.url));

interface Twin {
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: readonly {
    readonly refId: string;
    readonly datasourceUid: string;
    readonly model: { readonly expr?: string; readonly expression?: string };
  }[];
}

const { groups } = parse(readFileSync(FILE, 'utf8')) as { groups: { rules: Twin[] }[] };
const twins = groups.flatMap(({ rules }) => rules);

describe('the Grafana-managed twins', () => {
  const nowMs = Date.now();
  let server: PrometheusServer;

  beforeAll(async () => {
    server = await startPrometheusServer();
    // Several hosts with many owners each: what matches many to many fails here.
    await writeFleet(server, fleetOf(3), nowMs);
  });
  afterAll(() => server.close());

  it('are one for each alert', () => {
    expect(twins.map(({ uid }) => uid).sort()).toEqual(
      alertsOf(ruleGroups(DEFAULT_KNOBS))
        .map(({ uid }) => uid)
        .sort(),
    );
  });

  it.each(twins.map((twin) => [twin.uid, twin] as const))(
    '%s asks only what Prometheus can answer',
    async (_, { data }) => {
      const queries = data.filter(({ datasourceUid }) => datasourceUid === 'prometheus');
      expect(queries.length).toBeGreaterThan(0);
      for (const { model } of queries) await server.query(model.expr ?? 'no expression', nowMs);
    },
  );

  it('answer the numbers of the texts with numbers, where there are any', async () => {
    const told = twins.flatMap(({ data }) => data.filter(({ refId }) => refId.startsWith('q_')));
    const answers = await Promise.all(told.map(({ model }) => server.query(model.expr ?? '', nowMs)));
    const empty = told.filter((_, index) => answers[index]?.length === 0).map(({ refId }) => refId);
    // The fleet has no leak that is close enough for a forecast.
    expect([...new Set(empty)].sort()).toEqual(['q_emptyAt', 'q_timeLeft']);
  });

  it.each(twins.map((twin) => [twin.uid, twin] as const))(
    '%s takes each number of its texts from a query of its own',
    (_, twin) => {
      const refIds = new Set(twin.data.map(({ refId }) => refId));
      const texts = Object.values(twin.annotations).join(' ');
      const asked = [...texts.matchAll(/\$values\.(\w+)/g)].map((match) => match[1] as string);
      expect(asked.filter((name) => !refIds.has(name))).toEqual([]);
      for (const { model } of twin.data) if (model.expression !== undefined) expect(refIds).toContain(model.expression);
    },
  );
});
