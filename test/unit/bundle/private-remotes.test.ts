import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string; readonly expr: string }[] }[];
}

const RULES = ['ephemeral-port.rules.yml', 'ephemeral-port.recordings.yml'].flatMap((name) => {
  const file: RuleFile = parse(readFileSync(new URL(`../../../alerts/${name}`, import.meta.url), 'utf8'));
  return file.groups.flatMap(({ rules }) => rules);
});

test('no rule asks for an address: where remotes are private, every alert still sees what it needs', () => {
  expect(RULES.filter(({ alert }) => alert !== undefined).length).toBeGreaterThan(15);
  const asked = RULES.flatMap(({ expr }) => [...expr.matchAll(/\bremote\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)]);
  expect(new Set(asked.map(([, value]) => value))).toEqual(new Set(['(never seen)']));
  // Of destinations that share a class only the busiest is left: nothing may be judged by them.
  expect(RULES.filter(({ expr }) => expr.includes('destination_used'))).toEqual([]);
});
