import { z } from 'zod';
import { VERDICT_KINDS, type Verdict } from '../../analysis/verdict.ts';
import { LINK_LOCAL_CLASSES, type RemoteClass } from '../../model/link-local.ts';
import { UNATTRIBUTED_REASONS } from '../../model/owner-code.ts';
import { PIECES, type PieceOutcome, type PieceSource } from '../../model/problem.ts';
import { ADDRESS_FAMILIES, PROTOCOLS, type Protocol } from '../../model/protocol.ts';
import type { PoolReport, RangeReport, UnattributedReport } from '../../model/report.ts';
import type { BindProbe } from '../../model/sample.ts';
import { OWNER_SCHEMA, type OwnerAnswer, TCP_STATES_SCHEMA, UDP_STATES_SCHEMA } from './owner-schema.ts';

export interface DestinationAnswer {
  readonly remote?: string;
  readonly class: RemoteClass;
  readonly used: number;
}

export interface PoolAnswer extends Pick<PoolReport, 'netns' | 'protocol' | 'capacity' | 'used' | 'states'> {
  readonly headroom?: { readonly low: number; readonly high: number };
  readonly destinations: readonly DestinationAnswer[];
  readonly timeLeftMs?: number;
}

export interface ProblemAnswer {
  readonly piece: string;
  readonly code: string;
  readonly meaning: string;
  readonly message?: string;
}

/** `GET /api/v1/status`. */
export interface StatusAnswer {
  readonly exporter: { readonly version: string; readonly revision: string; readonly startedAtMs: number };
  readonly details: boolean;
  readonly takenAtMs?: number;
  readonly ledgerStartMs?: number;
  readonly verdict: Verdict;
  readonly ranges: readonly RangeReport[];
  readonly pools: readonly PoolAnswer[];
  readonly probes: readonly BindProbe[];
  readonly owners: readonly OwnerAnswer[];
  readonly foldedGroups: number;
  readonly unattributed: readonly UnattributedReport[];
  readonly timeWaitSeconds?: number;
  readonly tcpTwReuse?: number;
  readonly sources: readonly PieceSource[];
  readonly pieces: readonly PieceOutcome[];
  readonly problems: readonly ProblemAnswer[];
}

/** `GET /api/v1/owners`. */
export interface OwnersAnswer {
  readonly details: boolean;
  readonly takenAtMs?: number;
  readonly owners: readonly OwnerAnswer[];
}

const count = z.int().min(0);
const unixMs = z.int().min(0);
const protocol: z.ZodType<Protocol> = z.enum(PROTOCOLS);
const af = z.enum(ADDRESS_FAMILIES);
const details = z.boolean().describe('whether remotes, pids and messages are told');
const takenAtMs = unixMs.exactOptional().describe('time of the sample, unix ms; absent before the first');
const owners = z.array(OWNER_SCHEMA).describe('the most dangerous first');

const pool: z.ZodType<PoolAnswer> = z.strictObject({
  netns: z.string(),
  protocol,
  capacity: count.describe('ports that can be handed out'),
  used: count,
  states: z.union([TCP_STATES_SCHEMA, UDP_STATES_SCHEMA]).describe('used ports by state'),
  headroom: z
    .strictObject({ low: count, high: count })
    .exactOptional()
    .describe('ports left to the worst destination: if every used port locks, if only bound and listening ones do'),
  destinations: z
    .array(
      z.strictObject({
        remote: z.string().exactOptional(),
        class: z.enum([...LINK_LOCAL_CLASSES, 'other']),
        used: count,
      }),
    )
    .describe('the busiest destinations; TCP only'),
  timeLeftMs: z
    .number()
    .exactOptional()
    .describe('until the present leaks have filled the range; absent without a leak'),
});

export const STATUS_SCHEMA: z.ZodType<StatusAnswer> = z.strictObject({
  exporter: z.strictObject({ version: z.string(), revision: z.string(), startedAtMs: unixMs }),
  details,
  takenAtMs,
  ledgerStartMs: unixMs.exactOptional().describe('since when ports are remembered'),
  verdict: z
    .strictObject({ kind: z.enum(VERDICT_KINDS), sentence: z.string() })
    .describe('what to think of this host, in one sentence'),
  ranges: z.array(
    z.strictObject({ netns: z.string(), protocol, af, first: count, last: count, size: count, excluded: count }),
  ),
  pools: z.array(pool),
  probes: z
    .array(z.strictObject({ protocol, af, code: z.string() }))
    .describe('bind attempts of our own; an empty code is a success'),
  owners,
  foldedGroups: count.describe('owners counted under `(other)`'),
  unattributed: z.array(
    z.strictObject({ netns: z.string(), protocol, reason: z.enum(UNATTRIBUTED_REASONS), ports: count }),
  ),
  timeWaitSeconds: z.number().exactOptional(),
  tcpTwReuse: z.int().exactOptional(),
  sources: z.array(z.strictObject({ piece: z.enum([...PIECES, 'scope']), source: z.string() })),
  pieces: z.array(
    z.strictObject({ piece: z.enum(PIECES), success: z.boolean(), timedOut: z.boolean(), durationMs: z.number() }),
  ),
  problems: z
    .array(
      z.strictObject({ piece: z.string(), code: z.string(), meaning: z.string(), message: z.string().exactOptional() }),
    )
    .describe('what could not be measured; `message`, a detail, says what to do'),
});

export const OWNERS_SCHEMA: z.ZodType<OwnersAnswer> = z.strictObject({ details, takenAtMs, owners });
