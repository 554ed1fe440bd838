import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS } from '../../../src/bundle/alerts/knobs.ts';
import { alertsOf, ruleGroups } from '../../../src/bundle/alerts/rule-groups.ts';

const FOLDER = new URL('../../../docs/runbooks/', import.meta.url);
const NAMES = [...new Set(alertsOf(ruleGroups(DEFAULT_KNOBS)).map((alert) => alert.alert))];

describe('runbooks', () => {
  it('are one for each alert and no more', () => {
    const pages = readdirSync(FOLDER).filter((file) => file.startsWith('Ephemeral'));
    expect(pages.sort()).toEqual(NAMES.map((name) => `${name}.md`).sort());
  });

  it.each(NAMES)('%s says what it means, how to confirm, repair and prove, and when it is false', (name) => {
    const text = readFileSync(new URL(`${name}.md`, FOLDER), 'utf8');
    expect(text).toMatch(new RegExp(`^# ${name}\n`));
    for (const heading of [
      'What it means',
      'Confirm it',
      'Put it right',
      'Prove that it is fixed',
      'When it is a false alarm',
    ]) {
      expect(text).toContain(`\n## ${heading}\n\n`);
    }
  });
});
