/** A number, or a curve over the hours of a day (points are joined by lines) with a factor for each weekday, Monday first. */
export type Amount =
  | number
  | { readonly hours: readonly (readonly [hour: number, amount: number])[]; readonly weekdays: readonly number[] };

/** Minutes of the story: one by one, or from one on every so often. */
export type Moments = readonly (
  | number
  | { readonly from: number; readonly every: number; readonly until?: number | undefined }
)[];

export type StoryState = 'bound' | 'close_wait' | 'established' | 'listen' | 'time_wait' | 'syn_sent' | 'unconnected';

/** Ports that are opened at a pace and held for a time. Times are minutes. */
export interface Flow {
  readonly state: StoryState;
  readonly per_minute: Amount;
  readonly growth: number;
  readonly arrivals: 'poisson' | 'regular';
  readonly burst: number;
  readonly hold: 'forever' | number;
  readonly spread: 'fixed' | 'exponential';
  readonly from: number;
  readonly until?: number | undefined;
  readonly windows?: { readonly at: Moments; readonly for: number; readonly release_at_end: boolean } | undefined;
  readonly remotes: readonly string[];
  readonly seen: number;
  readonly own_process: boolean;
  readonly member?: number | undefined;
}

/** Ports that follow a level: load. */
export interface Level {
  readonly state: StoryState;
  readonly ports: Amount;
  readonly noise: number;
  readonly noise_time: number;
  readonly turnover: number;
  readonly destinations: number;
  readonly shared: boolean;
  readonly from: number;
  readonly until?: number | undefined;
}

export interface Program {
  readonly process: string;
  readonly unit: string;
  readonly members: number;
  readonly starts: number;
  readonly restarts: Moments;
  readonly executable_changes: Moments;
  readonly muted: boolean;
  readonly flows: readonly Flow[];
  readonly levels: readonly Level[];
}

export interface Outage {
  readonly at: number;
  readonly for: number;
  readonly ledger: 'kept' | 'lost';
}

/** The story of one host; `docs/simulation.md` says what each key means. */
export interface Scenario {
  readonly name: string;
  readonly story: string;
  readonly days: number;
  readonly os: 'windows' | 'linux';
  readonly range: { readonly first: number; readonly size: number };
  readonly scrape_seconds: 60 | 120 | 300;
  readonly missed_scrapes: number;
  readonly exporter_from: number;
  readonly outages: readonly Outage[];
  readonly programs: readonly Program[];
  readonly leaks: readonly { readonly process: string; readonly from: number }[];
  readonly forced: boolean;
}
