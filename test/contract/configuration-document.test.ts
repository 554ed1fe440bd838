import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCommands } from '../../src/cli/commands.ts';
import { GENERATED_PARTS } from '../../src/cli/generated-documents.ts';
import { replaceGeneratedPart } from '../../src/cli/generated-part.ts';
import { parseConfig } from '../../src/config/load.ts';
import { parseYaml } from '../../src/config/parse-yaml.ts';
import { WEB_SCHEMA } from '../../src/config/web/web-schema.ts';

const document = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

test.each(GENERATED_PARTS)(
  'the $name in docs/$file are those of the code; if not, run: npm run build && npm run docs',
  (part) => {
    const text = readFileSync(new URL(`../../docs/${part.file}`, import.meta.url), 'utf8');
    expect(text).toBe(replaceGeneratedPart(text, part.name, part.content()));
  },
);

test('every command is in docs/configuration.md', () => {
  for (const name of Object.keys(createCommands(async () => 0))) expect(document).toContain(`| \`${name}\` |`);
});

test('the example of the config file is a good one', () => {
  const example = /```yaml\n(.*?)```/s.exec(document)?.[1] ?? '';
  const { processNames, owners } = parseConfig(Buffer.from(example), 'example');
  expect([processNames.length, owners.length]).toEqual([2, 1]);
});

test('the example of the web configuration file is a good one, but for the files that it names', () => {
  const text = readFileSync(new URL('../../docs/web-config.md', import.meta.url), 'utf8');
  const example = /```yaml\n(.*?)```/s.exec(text)?.[1] ?? '';
  const { value } = parseYaml(Buffer.from(example), 'example', WEB_SCHEMA);
  expect([...value.basic_auth_users.keys()]).toEqual(['prometheus']);
  expect(value.rate_limit).toEqual({ intervalMs: 100, burst: 20 });
});

test('a document without the part is refused', () => {
  expect(() => replaceGeneratedPart('text', 'flags', 'x')).toThrow('no generated part named flags');
});
