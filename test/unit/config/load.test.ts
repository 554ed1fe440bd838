import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadConfig, parseConfig } from '../../../src/config/load.ts';
import { ExporterError } from '../../../src/errors.ts';

const FIXTURES = new URL('../../fixtures/config/', import.meta.url);

async function problemsOf(name: string): Promise<readonly string[]> {
  const file = fileURLToPath(new URL(name, FIXTURES));
  const error = await loadConfig(file).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExporterError);
  expect(error).toMatchObject({ code: 'EPH_CONFIG_INVALID' });
  return (error as ExporterError).message.split('\n').map((line) => {
    expect(line.startsWith(`${file}:`)).toBe(true);
    return line.slice(file.length + 1);
  });
}

/** What each fixture is told, by its file name less `invalid-`. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'yaml-syntax': ['3:5: Flow map in block collection must be sufficiently indented and end with a } (yaml-syntax)'],
  'duplicate-key': ['2:1: Map keys must be unique (duplicate-key)'],
  'unknown-key': ['4:5: unknown key "command" in process_names[0]; remove or correct it (unknown-key)'],
  'missing-key': ['2:5: owners[0].reason: is missing; it must be a text (missing-key)'],
  'wrong-type': ['3:12: owners[0].muted: must be true or false, not number 1 (wrong-type)'],
  'too-many': ['2:3: process_names: holds more than 1000 entries (too-many)'],
  'bad-text': ['4:13: owners[0].reason: must be one line without control characters (bad-text)'],
  'bad-pattern': [
    '3:11: process_names[0].comm: pattern "x(" is not a regular expression: unterminated group (bad-pattern)',
  ],
  'long-pattern': [
    `3:10: process_names[0].exe: pattern "${'x'.repeat(60)}" is longer than 256 characters; split it into several rules (long-pattern)`,
  ],
  'slow-pattern': [
    String.raw`3:14: process_names[0].cmdline: pattern "(\\w+\\s?)*x" repeats a group that itself repeats, which can take exponential time (slow-pattern)`,
  ],
  'empty-match': [
    '2:5: process_names[0]: give at least one of comm, exe and cmdline; a rule without would name every process (empty-match)',
  ],
  'group-reference': ['2:11: process_names[0].name: $2 is used but cmdline has 1 group(s) (group-reference)'],
  'many-problems': [
    '1:1: unknown key "proces_names" in the file; remove or correct it (unknown-key)',
    '3:23: owners[0].match.process: pattern "[" is not a regular expression: unterminated character class (bad-pattern)',
    '3:28: unknown key "unti" in owners[0].match; remove or correct it (unknown-key)',
    '4:12: owners[0].muted: must be true or false, not string "yes" (wrong-type)',
    '5:13: owners[0].reason: must not be empty (bad-text)',
    '6:5: owners[1]: must be a mapping, not number 7 (wrong-type)',
  ],
  encoding: ['1:1: the file is not UTF-8 text (yaml-syntax)'],
  aliases: ['1:1: Excessive alias count indicates a resource exhaustion attack (yaml-syntax)'],
  documents: ['2:1: a second document begins here; keep one (yaml-syntax)'],
};

test.each(Object.entries(TOLD))('a file that breaks the rule %s is told so at its place', async (name, told) => {
  expect(await problemsOf(`invalid-${name}.yml`)).toEqual(told);
});

test('every bad fixture is among them', () => {
  const names = readdirSync(FIXTURES).flatMap((name) => /^invalid-(.+)\.yml$/.exec(name)?.[1] ?? []);
  expect(names.sort()).toEqual(Object.keys(TOLD).sort());
});

test('a good file becomes anchored patterns and rules in its order', async () => {
  const config = await loadConfig(fileURLToPath(new URL('valid-full.yml', FIXTURES)));
  const [billing, worker] = config.processNames;
  expect(billing?.name).toBe('billing-$1');
  expect(billing?.commandLine?.exec('java -jar /srv/billing-eu.jar --x')?.[1]).toBe('eu');
  expect(billing?.executable?.test('/usr/bin/javac')).toBe(false);
  expect([worker?.comm?.test('WORKER-7'), worker?.comm?.test('a worker')]).toEqual([true, false]);
  const [owner] = config.owners;
  expect(owner?.process.test('chrome')).toBe(true);
  expect(owner?.process.test('chromedriver')).toBe(false);
  expect([owner?.unit?.source, owner?.muted]).toEqual(['^(?:session)$', true]);
  expect(owner?.reason).toBe('keeps pooled sockets open, known and harmless');
});

test.each(['valid-empty.yml', 'valid-comment.yml'])('%s is a good file without rules', async (name) => {
  const config = await loadConfig(fileURLToPath(new URL(name, FIXTURES)));
  expect(config).toEqual({ processNames: [], owners: [] });
});

test('a file that is not there or not a file is unreadable', async () => {
  for (const name of ['absent.yml', '.']) {
    const file = fileURLToPath(new URL(name, FIXTURES));
    await expect(loadConfig(file)).rejects.toMatchObject({ code: 'EPH_CONFIG_UNREADABLE' });
  }
});

test('a file that never ends is refused', async () => {
  await expect(loadConfig('/dev/zero')).rejects.toMatchObject({ code: 'EPH_CONFIG_INVALID' });
});

test('a huge file is refused unread, and a thousand mistakes are not all told', () => {
  const huge = new Uint8Array(1024 * 1024 + 1).fill(35);
  expect(() => parseConfig(huge, 'c.yml')).toThrow('c.yml:1:1: the file is larger than 1048576 bytes (yaml-syntax)');
  const many = Buffer.from(Array.from({ length: 100 }, (_, index) => `x${index}: 1\n`).join(''));
  expect(() => parseConfig(many, 'c.yml')).toThrow(/x49.*\nc\.yml: and 50 more$/s);
});

test('whatever bytes a file holds, it is a config or a coded error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), yamlish()), (bytes) => {
      try {
        parseConfig(bytes, 'c.yml');
      } catch (error) {
        expect(error).toMatchObject({ code: 'EPH_CONFIG_INVALID' });
      }
    }),
  );
});

/** Files of nearly the right shape. */
function yamlish(): fc.Arbitrary<Uint8Array> {
  const value = fc.oneof(
    fc.constantFrom('x', '5', 'null', '[]', '{}', '"("', '*a', '&a x', '<<', '? y', "'"),
    fc.string(),
  );
  const key = fc.constantFrom(
    'process_names',
    'owners',
    'name',
    'comm',
    'match',
    '- match',
    '  process',
    '__proto__',
    '- ',
  );
  const line = fc.tuple(fc.nat(4), key, value).map(([indent, name, text]) => `${' '.repeat(indent)}${name}: ${text}`);
  return fc.array(line, { maxLength: 8 }).map((lines) => Buffer.from(lines.join('\n')));
}
