import type { Episode } from './evaluate-rules.ts';
import type { Truth } from './play-scenario.ts';
import type { Scenario } from './scenario.ts';
import { STORY_EPOCH_MS } from './story-host.ts';

/** How the rules did on one scenario; times are minutes, `null` where there was none. */
export interface Score {
  readonly scenario: string;
  readonly kind: 'leak' | 'forced' | 'benign';
  readonly days: number;
  /** From the leak's start to the first warning or page that names its owner, for the latest of several leaks. */
  readonly ticketDelay: number | null;
  readonly ticketBy: string | null;
  /** From that to the moment when no port is left; `null` when it never comes. */
  readonly ticketLead: number | null;
  readonly pageDelay: number | null;
  readonly pageLead: number | null;
  readonly emptyAfter: number | null;
  readonly falseTickets: number;
  readonly falsePages: number;
  readonly infos: number;
  readonly passed: boolean;
}

/** Warnings that Alertmanager would mute because a leak is known on that host, as the example configuration does. */
function isMuted(episode: Episode, all: readonly Episode[]): boolean {
  const { alert, labels, firedMs } = episode;
  return all.some((source) => {
    if (source === episode || source.firedMs > firedMs || source.resolvedMs <= firedMs) return false;
    const isSamePool = ['protocol', 'netns'].every((name) => source.labels[name] === labels[name]);
    const isSameOwner = ['netns', 'process', 'unit'].every((name) => source.labels[name] === labels[name]);
    if (alert.severity === 'warning' && /forecast|near|timewait/.test(alert.class)) {
      return (
        isSamePool &&
        (/leak|linklocal/.test(source.alert.class) || source.alert.severity === 'critical') &&
        source.alert.severity !== 'info'
      );
    }
    if (alert.alert === 'EphemeralPortLeak') return source.alert.class === 'linklocal' && isSameOwner;
    if (alert.severity === 'critical') return source.alert.severity === 'critical';
    return false;
  });
}

/** Judges the episodes of one host by the truth of its scenario. */
export function scoreScenario(scenario: Scenario, episodes: readonly Episode[], truth: Truth): Score {
  const sent = episodes.filter((episode) => !isMuted(episode, episodes) && !isAboutExporter(episode));
  const minuteOf = (episode: Episode): number => (episode.firedMs - STORY_EPOCH_MS) / 60_000;
  const firstLeak = Math.min(Number.POSITIVE_INFINITY, ...scenario.leaks.map(({ from }) => from));
  const found = scenario.leaks.map(({ process, from }) =>
    episodes.find(
      (episode) =>
        episode.alert.severity !== 'info' && episode.labels['process'] === process && minuteOf(episode) >= from,
    ),
  );
  const isFalse = (episode: Episode): boolean => {
    const process = episode.labels['process'];
    if (process === undefined) return minuteOf(episode) < firstLeak;
    return !scenario.leaks.some((leak) => leak.process === process && minuteOf(episode) >= leak.from);
  };
  const falseTickets = sent.filter((episode) => episode.alert.severity === 'warning' && isFalse(episode)).length;
  const falsePages = sent.filter((episode) => episode.alert.severity === 'critical' && isFalse(episode)).length;
  const page = episodes.find((episode) => episode.alert.severity === 'critical' && minuteOf(episode) >= firstLeak);
  const delays = found.map((episode, index) =>
    episode === undefined ? Number.POSITIVE_INFINITY : minuteOf(episode) - (scenario.leaks[index]?.from ?? 0),
  );
  const slowest = delays.indexOf(Math.max(...delays));
  const ticket = found[slowest];
  const isLeak = scenario.leaks.length > 0;
  const isTicketed = found.every((episode) => episode !== undefined && minuteOf(episode) < truth.emptyAt);
  return {
    scenario: scenario.name,
    kind: isLeak ? 'leak' : scenario.forced ? 'forced' : 'benign',
    days: scenario.days,
    ticketDelay: isLeak ? finite(Math.max(...delays)) : null,
    ticketBy: ticket?.alert.alert ?? null,
    ticketLead: ticket === undefined ? null : finite(truth.emptyAt - minuteOf(ticket)),
    pageDelay: page === undefined ? null : minuteOf(page) - firstLeak,
    pageLead: page === undefined ? null : finite(truth.emptyAt - minuteOf(page)),
    emptyAfter: isLeak ? finite(truth.emptyAt - firstLeak) : null,
    falseTickets,
    falsePages,
    infos: episodes.filter((episode) => episode.alert.severity === 'info').length,
    passed: falsePages === 0 && falseTickets <= (scenario.forced ? 1 : 0) && (!isLeak || isTicketed),
  };
}

/** Outages are told in the story; the alerts on them are right and not what is judged. */
function isAboutExporter({ alert }: Episode): boolean {
  return alert.class === 'down' || alert.class === 'blind';
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
