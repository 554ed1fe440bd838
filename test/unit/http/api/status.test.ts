import { describe, expect, test } from 'vitest';
import { OWNERS_SCHEMA, STATUS_SCHEMA } from '../../../../src/http/api/status-schema.ts';
import type { Report } from '../../../../src/model/report.ts';
import { HOSTILE_NAMES, openApi } from '../../../helpers/api-stage.ts';
import { createGroup, createReport } from '../../../helpers/exporter-view.ts';
import { boundHistory, ledgerWithHistory } from '../../../helpers/fake-ledger.ts';
import { buildGroup, buildPool } from '../../../helpers/report-builder.ts';

const REMOTE = '169.254.169.254:80';
const BUSY = '192.0.2.9:443';
const PATH = '/etc/secret/thing';
const NOW = createReport().takenAtMs;

function leakyReport(): Report {
  const released = { closed: 0, used: 0, exited: 0 };
  const leaky = buildGroup({
    process: 'leaky',
    unit: '',
    ports: { tcp: { bound: 120, close_wait: 3 }, udp: { unconnected: 1 } },
    stuck: {
      ports: 100,
      largest: 90,
      total: 100,
      released,
      remotes: [{ remote: REMOTE, class: 'metadata', ports: 100 }],
    },
    oldestHeldMs: NOW - 3_600_000,
  });
  return {
    ...createReport([createGroup('quiet', 0), createGroup('big', 500), leaky]),
    pools: [
      buildPool({ used: 623, states: { bound: 623 }, destinations: [{ remote: BUSY, class: 'other', used: 4 }] }),
    ],
    problems: [{ piece: 'owners', code: 'EPH_OWNERS_HIDDEN', message: `cannot read ${PATH}` }],
  };
}

const ramp = Array.from({ length: 60 }, (_, index) => 60 + index);
const history = ledgerWithHistory(new Map([[JSON.stringify(['host', 'leaky', '']), boundHistory(ramp, NOW)]]));

describe('/api/v1/status', () => {
  test('tells this host everything, the leaking owner first', async () => {
    const { get } = await openApi(leakyReport(), history);
    const answer = await get('/api/v1/status');
    const status = STATUS_SCHEMA.parse(answer.json());
    expect(status.owners.map(({ process }) => process)).toEqual(['leaky', 'big']);
    expect(status.owners[0]).toMatchObject({
      ports: 124,
      stuck: 100,
      isLeaking: true,
      portsPerMinute: 1,
      heldPortsPerMinute: 1,
      growthSinceMs: NOW - 59 * 60_000,
      oldestHeldMs: NOW - 3_600_000,
      stuckRemotes: [{ remote: REMOTE, class: 'metadata', ports: 100 }],
      timeLeftMs: (28_232 - 623) * 60_000,
      sparkline: ramp,
    });
    expect(status.pools[0]?.timeLeftMs).toBe((28_232 - 623) * 60_000);
    expect(status.verdict.sentence).toContain(
      `leaky leaks 1.00 TCP ports a minute (100 stuck), last seen talking to ${REMOTE}`,
    );
    expect(status.problems[0]?.message).toContain(PATH);
  });

  test('tells others totals and names, but no address and no path', async () => {
    const { get } = await openApi(leakyReport(), history);
    const answer = await get('/api/v1/status', 'elsewhere');
    const status = STATUS_SCHEMA.parse(answer.json());
    expect(status.details).toBe(false);
    for (const secret of [REMOTE, '169.254', BUSY, PATH]) expect(answer.body).not.toContain(secret);
    expect(status.owners[0]).toMatchObject({
      process: 'leaky',
      stuck: 100,
      stuckRemotes: [{ class: 'metadata', ports: 100 }],
    });
    expect(status.problems).toEqual([
      { piece: 'owners', code: 'EPH_OWNERS_HIDDEN', meaning: expect.stringContaining('hidden for lack of rights') },
    ]);
  });

  test('is there before the first sample and says that nothing is known', async () => {
    const { get } = await openApi(undefined);
    const status = STATUS_SCHEMA.parse((await get('/api/v1/status')).json());
    expect([status.verdict.kind, status.takenAtMs, status.owners]).toEqual(['nothing_read', undefined, []]);
  });

  test('leaves growth and time left out where there is no history', async () => {
    const { get } = await openApi(leakyReport());
    const status = STATUS_SCHEMA.parse((await get('/api/v1/status')).json());
    expect(status.owners.every((owner) => owner.portsPerMinute === undefined && owner.timeLeftMs === undefined)).toBe(
      true,
    );
    expect(status.pools[0]).not.toHaveProperty('timeLeftMs');
  });

  test('carries names that try to do harm as they are, as JSON', async () => {
    const { get } = await openApi(createReport(HOSTILE_NAMES.map((name) => createGroup(name, 3))));
    const answer = await get('/api/v1/status');
    expect(answer.type).toBe('application/json; charset=utf-8');
    const { owners } = STATUS_SCHEMA.parse(answer.json());
    expect(owners.map(({ process }) => process).sort()).toEqual([...HOSTILE_NAMES].sort());
  });
});

test('/api/v1/owners is the table of owners of the status', async () => {
  const { get } = await openApi(leakyReport(), history);
  const status = STATUS_SCHEMA.parse((await get('/api/v1/status')).json());
  const answer = OWNERS_SCHEMA.parse((await get('/api/v1/owners')).json());
  expect(answer).toEqual({ details: true, takenAtMs: NOW, owners: status.owners });
});
