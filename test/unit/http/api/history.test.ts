import { describe, expect, test } from 'vitest';
import { csvLine } from '../../../../src/http/api/csv.ts';
import { historyPath } from '../../../../src/http/api/paths.ts';
import { HISTORY_SCHEMA } from '../../../../src/http/api/ports-schema.ts';
import { HOSTILE_NAMES, openApi } from '../../../helpers/api-stage.ts';
import { createReport } from '../../../helpers/exporter-view.ts';
import { boundHistory, ledgerWithHistory } from '../../../helpers/fake-ledger.ts';

const NOW = createReport().takenAtMs;
const MINUTE = 60_000;

function stage(names: readonly string[], bound: readonly number[] = [0, 2, 4]) {
  const change = { kind: 'start' as const, atMs: NOW - MINUTE, seenMs: NOW - MINUTE };
  const history = { ...boundHistory(bound, NOW), changes: [change] };
  const histories = new Map(names.map((name) => [JSON.stringify(['host', name, '']), history]));
  return openApi(createReport(), ledgerWithHistory(histories));
}

describe('the history of an owner', () => {
  test('has its counts, times and changes, cut to the hours asked for', async () => {
    const { get } = await stage(
      ['leaky'],
      Array.from({ length: 200 }, (_, index) => index),
    );
    const answer = HISTORY_SCHEMA.parse((await get('/api/v1/owners/host/leaky/-/history?hours=1&state=bound')).json());
    expect(answer).toMatchObject({ netns: 'host', process: 'leaky', unit: '', stepSeconds: 60 });
    expect(answer.timesMs).toHaveLength(61);
    expect(answer.ports).toEqual({ bound: Array.from({ length: 61 }, (_, index) => 139 + index) });
    expect(answer.changes).toEqual([{ kind: 'start', atMs: NOW - MINUTE, seenMs: NOW - MINUTE }]);
  });

  test('is of five-minute steps beyond a day', async () => {
    const { get } = await stage(['leaky']);
    const answer = HISTORY_SCHEMA.parse((await get('/api/v1/owners/host/leaky/-/history?hours=25')).json());
    expect(answer.stepSeconds).toBe(300);
    expect(Object.keys(answer.ports).sort()).toEqual(['bound', 'close_wait', 'established']);
  });

  test.each(HOSTILE_NAMES)('is found under the name %j', async (name) => {
    const { get } = await stage([name]);
    const answer = await get(historyPath({ netns: 'host', process: name, unit: '' }, 24), 'elsewhere');
    expect(HISTORY_SCHEMA.parse(answer.json()).process).toBe(name);
  });

  test.each([
    ['nobody/-/history', 404],
    ['leaky/-/history?hours=193', 400],
    ['leaky/-/history?hours=0', 400],
    ['leaky/-/history?state=toString', 400],
  ])('%s ends with %i', async (path, status) => {
    const { get } = await stage(['leaky']);
    expect((await get(`/api/v1/owners/host/${path}`)).status).toBe(status);
  });
});

const HEADER = 'timestamp,process,bound,ports/min,unit,netns\r\n';

describe('history.csv', () => {
  test('is the chart of the leak: time, process, bound ports, ports a minute', async () => {
    const { get } = await stage(['leaky'], [10, 12, 15]);
    const answer = await get('/api/v1/history.csv');
    expect(answer.type).toBe('text/csv; charset=utf-8');
    expect(answer.body).toBe(
      [
        'timestamp,process,bound,ports/min,unit,netns',
        '"2023-11-14 22:11:20",leaky,10,,,host',
        '"2023-11-14 22:12:20",leaky,12,2,,host',
        '"2023-11-14 22:13:20",leaky,15,3,,host',
        '',
      ].join('\r\n'),
    );
  });

  test('gives no cell that a spreadsheet would run, and one row a point whatever the names hold', async () => {
    const { get } = await stage(HOSTILE_NAMES);
    const { body } = await get('/api/v1/history.csv', 'elsewhere');
    const lines = body.slice(HEADER.length).split('\r\n').slice(0, -1);
    expect(lines).toHaveLength(HOSTILE_NAMES.length * 3);
    for (const line of lines) {
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(line).not.toMatch(/,"?[=+\-@]/);
    }
  });

  test('is written for spreadsheets with decimal commas when asked to', async () => {
    const { get } = await stage(['leaky'], [10, 12]);
    expect((await get('/api/v1/history.csv?decimal=comma')).body).toBe(
      [
        'timestamp;process;bound;ports/min;unit;netns',
        '"2023-11-14 22:12:20";leaky;10;;;host',
        '"2023-11-14 22:13:20";leaky;12;2;;host',
        '',
      ].join('\r\n'),
    );
    expect(csvLine([1.8, -0.25, 'a;b'], 'comma')).toBe('1,8;-0,25;"a;b"\r\n');
    expect((await get('/api/v1/history.csv?decimal=dot')).status).toBe(400);
  });

  test('can be of one process', async () => {
    const { get } = await stage(['leaky', 'other']);
    const { body } = await get('/api/v1/history.csv?process=other&hours=24');
    expect(body.split('\r\n').filter((line) => line.includes('leaky'))).toEqual([]);
    expect(body.split('\r\n')).toHaveLength(5);
  });

  test('of nobody is its header', async () => {
    const { get } = await openApi(undefined);
    expect((await get('/api/v1/history.csv')).body).toBe(HEADER);
  });
});
