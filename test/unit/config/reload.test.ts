import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { type LiveConfig, openLiveConfig } from '../../../src/config/reload.ts';
import { createLog, SILENT_LOG } from '../../../src/log.ts';

let directory: string;
let live: LiveConfig | undefined;
let nowMs: number;
let changes: Config[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eph-config-'));
  nowMs = 1000;
  changes = [];
  live = undefined;
});

afterEach(() => {
  live?.close();
  rmSync(directory, { recursive: true });
});

function content(reason: string): string {
  return `owners: [{match: {process: x}, muted: true, reason: ${reason}}]\n`;
}

async function open(file: string, log = SILENT_LOG): Promise<LiveConfig> {
  live = await openLiveConfig({ file, onChange: (config) => changes.push(config), log, wallMs: () => nowMs });
  return live;
}

function reasonOf(config: LiveConfig): string | undefined {
  return config.current().owners[0]?.reason;
}

test('a bad first load is an error, there is no old config to keep', async () => {
  const file = join(directory, 'c.yml');
  await expect(open(file)).rejects.toMatchObject({ code: 'EPH_CONFIG_UNREADABLE' });
  writeFileSync(file, 'owners: 5');
  await expect(open(file)).rejects.toMatchObject({ code: 'EPH_CONFIG_INVALID' });
});

test('good, bad, gone and good again: the last good config stays in force and the state says so', async () => {
  const file = join(directory, 'c.yml');
  writeFileSync(file, content('one'));
  const lines: string[] = [];
  const log = createLog({ level: 'info', format: 'json', write: (line) => lines.push(line), wallMs: () => 0 });
  const config = await open(file, log);
  expect([reasonOf(config), config.state()]).toEqual([
    'one',
    { lastReloadSuccessful: true, lastReloadSuccessMs: 1000 },
  ]);

  nowMs = 2000;
  writeFileSync(file, `${content('two')}nonsense: 1\n`);
  await config.reload();
  expect([reasonOf(config), config.state()]).toEqual([
    'one',
    { lastReloadSuccessful: false, lastReloadSuccessMs: 1000 },
  ]);
  expect(JSON.parse(lines.at(-1) ?? '{}').error).toContain(`${file}:2:1: unknown key "nonsense"`);

  nowMs = 3000;
  rmSync(file);
  await config.reload();
  expect([reasonOf(config), config.state().lastReloadSuccessful]).toEqual(['one', false]);
  expect(changes).toEqual([]);

  nowMs = 4000;
  writeFileSync(file, content('three'));
  await config.reload();
  expect([reasonOf(config), config.state()]).toEqual([
    'three',
    { lastReloadSuccessful: true, lastReloadSuccessMs: 4000 },
  ]);
  expect(changes.at(-1)?.owners[0]?.reason).toBe('three');
});

test('calls that come together end with what was written last', async () => {
  const file = join(directory, 'c.yml');
  writeFileSync(file, content('one'));
  const config = await open(file);
  const reloads = ['two', 'three', 'four'].map((reason) => {
    writeFileSync(file, content(reason));
    return config.reload();
  });
  await Promise.all(reloads);
  expect(reasonOf(config)).toBe('four');
});

test('a file that is written in place is read again by itself', async () => {
  const file = join(directory, 'c.yml');
  writeFileSync(file, content('one'));
  const config = await open(file);
  writeFileSync(file, content('two'));
  await expect.poll(() => reasonOf(config), { timeout: 15_000 }).toBe('two');
});

test('a file that an editor replaces is read again by itself, time after time', async () => {
  const file = join(directory, 'c.yml');
  writeFileSync(file, content('one'));
  const config = await open(file);
  for (const reason of ['two', 'three']) {
    writeFileSync(`${file}.new`, content(reason));
    renameSync(`${file}.new`, file);
    await expect.poll(() => reasonOf(config), { timeout: 15_000 }).toBe(reason);
  }
});

test('a ConfigMap that is swapped by its link is read again by itself', async () => {
  const publish = (version: string, reason: string) => {
    mkdirSync(join(directory, version));
    writeFileSync(join(directory, version, 'c.yml'), content(reason));
    symlinkSync(version, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  };
  publish('..v1', 'one');
  symlinkSync('..data/c.yml', join(directory, 'c.yml'));
  const config = await open(join(directory, 'c.yml'));
  publish('..v2', 'two');
  rmSync(join(directory, '..v1'), { recursive: true });
  await expect.poll(() => reasonOf(config), { timeout: 15_000 }).toBe('two');
});

test('without a file the config is empty and reloading changes nothing', async () => {
  const config = await open('');
  await config.reload();
  expect([config.current(), config.state().lastReloadSuccessful]).toEqual([{ processNames: [], owners: [] }, true]);
});
