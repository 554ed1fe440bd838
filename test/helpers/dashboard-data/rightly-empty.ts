/** Queries that have nothing to show in a view, and why that is right. */
export interface RightlyEmpty {
  readonly view: string;
  readonly reason: string;
  /** Titles of panels with the reference of the query. */
  readonly queries: readonly string[];
  /** Set when the rules would fill it. */
  readonly withoutRecordings?: true;
}

export const RIGHTLY_EMPTY: readonly RightlyEmpty[] = [
  {
    view: 'fleet',
    reason: 'ALERTS is written by the rules',
    queries: ['Firing and pending alerts A'],
    withoutRecordings: true,
  },
  {
    view: 'host of the incident',
    reason: 'Linux only, and this is a Windows host',
    queries: ['Settings B', 'Namespaces A'],
  },
  {
    view: 'sound Linux host',
    reason: 'nothing leaks there, so nothing runs out and nothing is held; the tile says so',
    queries: ['Time to empty A', 'Empty at A', 'Owners G', 'Stuck ports by what they last talked to A'],
  },
  {
    view: 'sound Linux host',
    reason: 'nobody talks to a link-local address',
    queries: ['Connections to link-local addresses A', 'Connections opened to them a minute A'],
  },
  {
    view: 'sound Linux host',
    reason: 'Windows only, and this is a Linux host',
    queries: ['System events of exhaustion (Windows) A', 'System events of exhaustion (Windows) B'],
  },
  { view: 'sound Linux host', reason: 'nobody is muted', queries: ['Configuration and muted owners A'] },
  {
    view: 'leak view of a sound program',
    reason: 'it leaks nothing, so there is no pace to extrapolate or to compare, and no port is held',
    queries: [
      'Range empty in A',
      'Oldest held port A',
      'Last talked to, before they got stuck A',
      'How constant the pace is A',
      'Age of the oldest held port A',
    ],
  },
  {
    view: 'leak view of a sound program',
    reason: 'it never talked to a link-local address',
    queries: ['Link-local calls beside bound growth A'],
  },
];

/** The empty queries of a view, sorted. */
export function rightlyEmpty(view: string, recordings: boolean): string[] {
  return RIGHTLY_EMPTY.filter((entry) => entry.view === view && !(recordings && entry.withoutRecordings === true))
    .flatMap((entry) => entry.queries)
    .sort();
}
