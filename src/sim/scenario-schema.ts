import { z } from 'zod';
import { parseMinutes } from './minutes.ts';
import type { Scenario } from './scenario.ts';

/** A length or a moment of the story, `8d4h30m`, in minutes. */
const minutes = z.string().transform((text, context) => {
  const value = parseMinutes(text);
  if (value !== undefined) return value;
  context.addIssue({ code: 'custom', message: `"${text}" is not a time like 8d4h30m` });
  return z.NEVER;
});

/** Moments: one by one, or from one on every so often (until the end of the story or `until`). */
const moments = z.array(
  z.union([minutes, z.strictObject({ from: minutes, every: minutes, until: minutes.optional() })]),
);

/** A number, or a curve over the hours of a day with a factor for each weekday, Monday first. */
const amount = z.union([
  z.number().min(0),
  z.strictObject({
    hours: z.array(z.tuple([z.number().min(0).max(24), z.number().min(0)])).min(1),
    weekdays: z.array(z.number().min(0)).length(7).default([1, 1, 1, 1, 1, 1, 1]),
  }),
]);

const tcpState = ['bound', 'close_wait', 'established', 'listen', 'time_wait', 'syn_sent'] as const;
const state = z.enum([...tcpState, 'unconnected']);

/** Ports that are opened at a pace and held for a time. */
const flow = z.strictObject({
  state,
  per_minute: amount,
  /** Per day, exponential: 1.1 is 10 % more each day of the flow. */
  growth: z.number().positive().default(1),
  arrivals: z.enum(['poisson', 'regular']).default('poisson'),
  /** Ports at once; the pace stays the same. */
  burst: z.number().int().positive().default(1),
  hold: z.union([z.literal('forever'), minutes]),
  spread: z.enum(['fixed', 'exponential']).default('exponential'),
  from: minutes.default(0),
  until: minutes.optional(),
  /** Only for `for` after each of `at`. */
  windows: z.strictObject({ at: moments, for: minutes, release_at_end: z.boolean().default(false) }).optional(),
  /** `ip:port` of the remotes, in turn; none: never connected. */
  remotes: z.array(z.string()).default([]),
  /** Share whose connection lived long enough to be seen by a sample before it became stuck. */
  seen: z.number().min(0).max(1).default(1),
  /** Each arrival is a process of its own that ends with it. */
  own_process: z.boolean().default(false),
  /** Index of the one member that does it; none: all in turn. */
  member: z.number().int().min(0).optional(),
});

/** Ports that follow a level: load. */
const level = z.strictObject({
  state,
  ports: amount,
  noise: z.number().min(0).default(0),
  /** Correlation time of the noise. */
  noise_time: minutes.default(8),
  /** Share that is replaced each minute. */
  turnover: z.number().min(0).max(1).default(0.1),
  /** How many destinations. */
  destinations: z.number().int().positive().default(20),
  /** True: connections to different destinations share a port number, as plain connects of Linux do. */
  shared: z.boolean().default(false),
  from: minutes.default(0),
  until: minutes.optional(),
});

const program = z.strictObject({
  process: z.string().min(1),
  unit: z.string().default(''),
  members: z.number().int().positive().default(1),
  /** When it is first started; 0: 30 days before the story. */
  starts: minutes.default(0),
  restarts: moments.default([]),
  executable_changes: moments.default([]),
  muted: z.boolean().default(false),
  flows: z.array(flow).default([]),
  levels: z.array(level).default([]),
});

export const SCENARIO_SCHEMA: z.ZodType<Scenario> = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  story: z.string(),
  days: z.number().positive().max(60),
  os: z.enum(['windows', 'linux']).default('windows'),
  range: z
    .strictObject({ first: z.number().int(), size: z.number().int().positive() })
    .default({ first: 49_152, size: 16_384 }),
  scrape_seconds: z.union([z.literal(60), z.literal(120), z.literal(300)]).default(60),
  /** Share of scrapes that fail. */
  missed_scrapes: z.number().min(0).max(1).default(0),
  /** When the exporter is installed. */
  exporter_from: minutes.default(0),
  outages: z
    .array(z.strictObject({ at: minutes, for: minutes, ledger: z.enum(['kept', 'lost']).default('kept') }))
    .default([]),
  programs: z.array(program).min(1),
  /** The truth: who leaks (process names) and since when; none: benign. */
  leaks: z.array(z.strictObject({ process: z.string(), from: minutes })).default([]),
  /** Benign, but for hours the same as a leak: one ticket is no fault. */
  forced: z.boolean().default(false),
});
