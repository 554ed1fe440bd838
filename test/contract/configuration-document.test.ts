import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCommands } from '../../src/cli/commands.ts';
import { flagsDocument } from '../../src/cli/flags-document.ts';
import { replaceGeneratedPart } from '../../src/cli/generated-part.ts';
import { parseConfig } from '../../src/config/load.ts';

const document = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

test('the flags in docs/configuration.md are those of the code; if not, run: npm run build && npm run docs', () => {
  expect(document).toBe(replaceGeneratedPart(document, 'flags', flagsDocument()));
});

test('every command is in docs/configuration.md', () => {
  for (const name of Object.keys(createCommands(async () => 0))) expect(document).toContain(`| \`${name}\` |`);
});

test('the example of the config file is a good one', () => {
  const example = /```yaml\n(.*?)```/s.exec(document)?.[1] ?? '';
  const { processNames, owners } = parseConfig(Buffer.from(example), 'example');
  expect([processNames.length, owners.length]).toEqual([2, 1]);
});

test('a document without the part is refused', () => {
  expect(() => replaceGeneratedPart('text', 'flags', 'x')).toThrow('no generated part named flags');
});
