import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAMILY_KEYS, familyOf } from '../../src/metrics/families.ts';
import { metricDocs, NOTES } from '../../src/metrics/write-docs.ts';

const NAMES = new Map(FAMILY_KEYS.map((key) => [familyOf(key).name, familyOf(key)]));
/** Labels that Prometheus adds, and the only ones a query may use beside a family's own. */
const TARGET_LABELS = ['instance', 'job'];

test('docs/metrics.md is what the family tables say; npm run docs writes it', () => {
  expect(readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8')).toBe(metricDocs());
});

test('every family has its place in the docs', () => {
  for (const name of NAMES.keys()) expect(metricDocs()).toContain(`### \`${name}\`\n`);
});

test('the example of a family is about that family, and asks for families and labels that exist', () => {
  for (const key of FAMILY_KEYS) {
    const { query } = NOTES[key];
    const named = query.match(/ephemeral_port_\w+/g) ?? [];
    expect(named).toContain(familyOf(key).name);
    const families = named.map((name) => NAMES.get(name));
    expect(families).not.toContain(undefined);
    const known = [...families.flatMap((family) => family?.labels ?? []), ...TARGET_LABELS];
    const selected = [...query.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label);
    const grouped = [...query.matchAll(/(?:by|on|without|group_left) \(([^)]*)\)/g)].flatMap(([, list]) =>
      (list ?? '').split(', ').filter((label) => label !== ''),
    );
    for (const label of [...selected, ...grouped]) expect(known).toContain(label);
  }
});

test('a family named in a note exists', () => {
  for (const key of FAMILY_KEYS) {
    for (const [, name] of NOTES[key].note.matchAll(/`((?:exporter|process|destination|range|state)_\w+)`/g)) {
      expect(FAMILY_KEYS).toContain(name);
    }
  }
});
