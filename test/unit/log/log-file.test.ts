import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLogFile } from '../../../src/log/log-file.ts';

let folder: string;
let path: string;
let spared: string[];
const spare = (line: string): void => void spared.push(line);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eph-log-'));
  path = join(folder, 'exporter.log');
  spared = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('lines are appended to what is there, in a file that is not for everybody', () => {
  openLogFile({ path, spare })('before a restart\n', 'info');
  openLogFile({ path, spare })('after it\n', 'info');
  expect(read('exporter.log')).toBe('before a restart\nafter it\n');
  expect(statSync(path).mode & 0o007).toBe(0);
});

test('a full file becomes FILE.1, and no line is cut or lost at the turn', () => {
  const write = openLogFile({ path, spare, longestBytes: 12 });
  for (const line of ['first line\n', 'second\n', 'x\n', 'third\n']) write(line, 'info');
  expect([read('exporter.log.1'), read('exporter.log')]).toEqual(['second\nx\n', 'third\n']);
});

test('whatever is written, the two files stay within their bound and end with the newest line', () => {
  const lines = fc.array(
    fc.string({ unit: 'binary-ascii', maxLength: 90 }).map((text) => `${text}\n`),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(lines, (written) => {
      const longestBytes = 100;
      rmSync(path, { force: true });
      const write = openLogFile({ path, spare, longestBytes });
      for (const line of written) {
        write(line, 'info');
        for (const name of [path, `${path}.1`]) {
          if (existsSync(name)) expect(statSync(name).size).toBeLessThanOrEqual(longestBytes);
        }
      }
      expect(readFileSync(path, 'utf8').endsWith(written.at(-1) as string)).toBe(true);
    }),
  );
  expect(spared).toEqual([]);
});

test('a file that another program moves away is begun anew', () => {
  const write = openLogFile({ path, spare });
  write('old\n', 'info');
  renameSync(path, `${path}.moved`);
  write('new\n', 'info');
  expect(read('exporter.log')).toBe('new\n');
});

test('a full file that cannot be moved is begun anew in its place', () => {
  const write = openLogFile({ path, spare, longestBytes: 12 });
  write('first line\n', 'info');
  mkdirSync(`${path}.1`);
  write('second\n', 'info');
  expect(read('exporter.log')).toBe('second\n');
});

test('lines that the file does not take later on go to the spare writer, and the file is tried again', () => {
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  const write = openLogFile({ path: join(inner, 'log'), spare });
  rmSync(inner, { recursive: true });
  write('lost folder\n', 'warn');
  mkdirSync(inner);
  write('back\n', 'warn');
  expect(spared).toEqual(['lost folder\n']);
  expect(read('inner/log')).toBe('back\n');
});

test('a place where nothing can be written is refused at the start', () => {
  const refused = expect.objectContaining({ code: 'EPH_LOG_WRITE', message: expect.stringContaining('--log.file') });
  expect(() => openLogFile({ path: join(folder, 'none', 'log'), spare })).toThrow(refused);
  expect(() => openLogFile({ path: folder, spare })).toThrow(refused);
  expect(() => openLogFile({ path: '/dev/full', spare })).toThrow(refused);
});
