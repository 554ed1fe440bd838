import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeEvidence } from '../../../../src/cli/evidence/evidence.ts';
import type { Informant } from '../../../../src/cli/inspect/inspect.ts';
import { PORTS_SCHEMA } from '../../../../src/http/api/ports-schema.ts';
import { buildAttributed, namespaceOf } from '../../../helpers/attributed-builder.ts';
import { createFakeIo } from '../../../helpers/command-line.ts';
import { boundHistory, ledgerWithHistory } from '../../../helpers/fake-ledger.ts';
import { createInformant } from '../../../helpers/inspect-stage.ts';
import { buildGroup, buildPool, buildReport } from '../../../helpers/report-builder.ts';
import { failureOf } from '../../../helpers/serve-fake.ts';

const FILES = [
  'config.json',
  'history.csv',
  'metrics.txt',
  'owners.csv',
  'ports.ndjson',
  'range.json',
  'status.json',
  'versions.json',
];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eph-evidence-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** 450 stuck ports and 50 others, so that there are several pages. */
function manyStuck(oneShot = false): Promise<Informant> {
  const attributed = buildAttributed({
    namespaces: [namespaceOf('host', 40_000, 49_999)],
    groups: [{ process: 'leaky', unit: '' }],
    sockets: Array.from({ length: 500 }, (_, index) => ({
      state: 'bound',
      port: 40_000 + index,
      heldSinceMs: 0,
      stuck: index >= 50,
    })),
  });
  const report = buildReport({
    pools: [buildPool({ used: 500 })],
    groups: [buildGroup({ process: 'leaky', unit: '', ports: { tcp: { bound: 500 }, udp: {} } })],
  });
  const histories = new Map([[JSON.stringify(['host', 'leaky', '']), boundHistory([1, 2, 3], report.takenAtMs)]]);
  return createInformant(report, { ...ledgerWithHistory(histories), attributed: () => attributed }, oneShot);
}

async function write(directory: string, informant: Informant, limitBytes?: number) {
  const io = createFakeIo();
  const given = { flags: new Map<string, string>(), argument: directory };
  const code = await writeEvidence({ io, given }, informant, limitBytes);
  return { code, out: io.out, err: io.err };
}

const read = (directory: string, name: string): string => readFileSync(join(directory, name), 'utf8');
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('the bundle', () => {
  test('holds every part, readable by nobody else, and is told with its size', async () => {
    const directory = join(root, 'bundle');
    const { code, out, err } = await write(directory, await manyStuck());
    expect([code, err]).toEqual([0, '']);
    expect(readdirSync(directory).sort()).toEqual(FILES);
    expect(modeOf(directory)).toBe('700');
    for (const name of FILES) expect(modeOf(join(directory, name))).toBe('600');
    expect(out).toMatch(/^wrote 8 files, \d+ kB, to .*bundle:\n/);
    for (const name of FILES) expect(out).toContain(`  ${name}`);
  });

  test('has all stuck ports and no other, on all pages, with their life lines', async () => {
    const directory = join(root, 'bundle');
    await write(directory, await manyStuck());
    const lines = read(directory, 'ports.ndjson').trimEnd().split('\n');
    const ports = PORTS_SCHEMA.parse({ takenAtMs: 0, total: 450, ports: lines.map((line) => JSON.parse(line)) }).ports;
    expect(new Set(ports.map(({ port }) => port)).size).toBe(450);
    expect(ports.every(({ stuck, lifeLine }) => stuck && lifeLine !== undefined)).toBe(true);
    expect(read(directory, 'history.csv').trimEnd().split('\r\n')).toHaveLength(4);
    expect(read(directory, 'owners.csv')).toContain('leaky,,host,500,500');
  });

  test('has all ports where nothing can be stuck yet', async () => {
    const directory = join(root, 'bundle');
    await write(directory, await manyStuck(true));
    expect(read(directory, 'ports.ndjson').trimEnd().split('\n')).toHaveLength(500);
    expect(read(directory, 'versions.json')).toContain('two readings of the host');
  });

  test('stays within its limit: large parts are cut between lines, and the exit code says so', async () => {
    const directory = join(root, 'bundle');
    const { code, out } = await write(directory, await manyStuck(), 60_000);
    expect(code).toBe(1);
    expect(out).toMatch(/ports\.ndjson +\d+ kB, cut short/);
    const sizes = FILES.map((name) => statSync(join(directory, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000);
    for (const line of read(directory, 'ports.ndjson').trimEnd().split('\n'))
      expect(() => JSON.parse(line)).not.toThrow();
  });

  test('goes on without a part that the exporter does not tell', async () => {
    const whole = await manyStuck();
    const { code, out, err } = await write(join(root, 'bundle'), {
      ...whole,
      ask: (path) => (path === '/api/v1/history.csv' ? Promise.resolve({ status: 404, body: '' }) : whole.ask(path)),
    });
    expect([code, err]).toEqual([1, 'history.csv is missing: EPH_API_ANSWER: /api/v1/history.csv: status 404\n']);
    expect(out).toContain('wrote 7 files');
  });
});

describe('the directory', () => {
  test('may be there already when it is empty, and is closed to others', async () => {
    const directory = join(root, 'empty');
    mkdirSync(directory, { mode: 0o755 });
    expect((await write(directory, await manyStuck())).code).toBe(0);
    expect(modeOf(directory)).toBe('700');
  });

  test.each([
    [
      'holds a file',
      (path: string) => writeFileSync(join(mkdirSync(path, { recursive: true }) as string, 'x'), 'kept'),
      'it is not empty',
    ],
    ['is a file', (path: string) => writeFileSync(path, 'kept'), 'it is not a directory'],
    ['is a link', (path: string) => symlinkSync(tmpdir(), path), 'it is not a directory'],
    ['has no parent', () => {}, 'ENOENT'],
  ])('is refused when it %s', async (title, prepare, reason) => {
    const directory = title === 'has no parent' ? join(root, 'a', 'b') : join(root, 'taken');
    prepare(directory);
    const error = await failureOf(write(directory, await manyStuck()));
    expect(error.code).toBe('EPH_EVIDENCE');
    expect(error.message).toContain(reason);
  });
});
