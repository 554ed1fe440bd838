import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/bundle/alerts/knobs.ts';
import type { Alert, AlertSubject } from '../../src/bundle/alerts/rule.ts';
import { alertsOf, ruleGroups } from '../../src/bundle/alerts/rule-groups.ts';
import { ALERT_STORIES, type AlertStory } from '../helpers/alert-stories.ts';
import { type FiringAlert, firingAt } from '../helpers/promtool-story.ts';

const alerts = alertsOf(ruleGroups(DEFAULT_KNOBS));

/** Labels by which a person finds what an alert is about. */
const IDENTITY: Readonly<Record<AlertSubject, readonly string[]>> = {
  owner: ['instance', 'netns', 'process', 'unit'],
  pool: ['instance', 'protocol', 'netns'],
  host: ['instance'],
  fleet: ['job'],
};

describe('every alert', () => {
  it('has a story of its own, and no story is left over', () => {
    expect(Object.keys(ALERT_STORIES).sort()).toEqual(alerts.map(({ uid }) => uid).sort());
  });

  it.each(alerts.map((alert) => [alert.uid, alert] as const))(
    '%s fires, names what it is about, resolves, and stays quiet where it should',
    async (uid, alert) => {
      const { fires, firesAt, overAt, quiet, names } = ALERT_STORIES[uid] as AlertStory;
      const [firing, over] = await own(alert, fires, [firesAt, overAt]);
      expect(firing).toHaveLength(1);
      expect(Object.keys(firing?.[0]?.labels ?? {})).toEqual(expect.arrayContaining([...IDENTITY[alert.subject]]));
      const text = firing?.[0]?.annotations['description'] ?? '';
      expect(names.filter((name) => !text.includes(name))).toEqual([]);
      expect(text).not.toContain('{');
      expect(firing?.[0]?.annotations['runbook_url']).toMatch(new RegExp(`/${alert.alert}\\.md$`));
      expect(over).toEqual([]);
      expect((await own(alert, quiet, [firesAt, overAt])).flat()).toEqual([]);
    },
  );
});

/** What fires of this alert alone: the forecast has a ticket and a page of one name. */
async function own(alert: Alert, story: AlertStory['fires'], minutes: readonly number[]): Promise<FiringAlert[][]> {
  const all = await firingAt(story, alert.alert, minutes);
  return all.map((some) => some.filter(({ labels }) => labels['severity'] === alert.severity));
}
