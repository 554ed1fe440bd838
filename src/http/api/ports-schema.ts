import { z } from 'zod';
import { type ChangeMark, HISTORY_COUNTS, type HistoryCount } from '../../model/ledger-view.ts';
import { PROTOCOLS, type Protocol } from '../../model/protocol.ts';
import { PORT_STATES, type PortState } from '../../model/socket-state.ts';

/** A time during which owner, state and remote of a port stayed the same; between two of them the port was free. */
export interface LifeSpanAnswer {
  readonly state: PortState;
  readonly process?: string;
  readonly unit?: string;
  readonly pid?: number;
  readonly remote?: string;
  readonly fromMs: number;
  readonly toMs?: number;
}

/** One used port. */
export interface PortAnswer {
  readonly netns: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly state: PortState;
  readonly process: string;
  readonly unit: string;
  readonly pid?: number;
  readonly local: string;
  readonly heldSinceMs?: number;
  readonly stuck: boolean;
  readonly remote?: string;
  readonly lifeLine?: readonly LifeSpanAnswer[];
}

/** `GET /api/v1/ports`. */
export interface PortsAnswer {
  readonly takenAtMs: number;
  readonly total: number;
  readonly ports: readonly PortAnswer[];
  readonly nextCursor?: string;
}

/** `GET /api/v1/ports/{protocol}/{port}`: one entry for each namespace that knows the port. */
export interface JourneyAnswer {
  readonly takenAtMs: number;
  readonly protocol: Protocol;
  readonly port: number;
  readonly journeys: readonly {
    readonly netns: string;
    readonly now?: PortAnswer;
    readonly lifeLine: readonly LifeSpanAnswer[];
  }[];
}

/** `GET /api/v1/owners/{netns}/{process}/{unit}/history`. */
export interface HistoryAnswer {
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
  readonly stepSeconds: number;
  readonly timesMs: readonly number[];
  readonly ports: Readonly<Partial<Record<HistoryCount, readonly number[]>>>;
  readonly changes: readonly ChangeMark[];
}

/** Body of every answer with a status of 400 and above. */
export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string };
}

const unixMs = z.int().min(0);
const port = z.int().min(0).max(65_535);
const protocol: z.ZodType<Protocol> = z.enum(PROTOCOLS);

const lifeSpan: z.ZodType<LifeSpanAnswer> = z.strictObject({
  state: z.enum(PORT_STATES),
  process: z.string().exactOptional(),
  unit: z.string().exactOptional(),
  pid: z.int().exactOptional(),
  remote: z.string().exactOptional().describe('`ip:port`; absent when there was none'),
  fromMs: unixMs,
  toMs: unixMs.exactOptional().describe('absent while it lasts'),
});

const usedPort: z.ZodType<PortAnswer> = z.strictObject({
  netns: z.string(),
  protocol,
  port,
  state: z.enum(PORT_STATES),
  process: z.string().describe('label of its owner group'),
  unit: z.string(),
  pid: z.int().exactOptional(),
  local: z.string().describe('local address of the dominant socket'),
  heldSinceMs: unixMs.exactOptional().describe('since when it is held without a connection'),
  stuck: z.boolean(),
  remote: z.string().exactOptional().describe('last remote of a held port, else the peer; absent when never seen'),
  lifeLine: z.array(lifeSpan).exactOptional().describe('with `life=true`'),
});

export const PORTS_SCHEMA: z.ZodType<PortsAnswer> = z.strictObject({
  takenAtMs: unixMs,
  total: z.int().min(0).describe('ports that match, on all pages'),
  ports: z.array(usedPort).describe('by namespace, protocol and number'),
  nextCursor: z.string().exactOptional().describe('`cursor` of the next page; absent on the last'),
});

export const JOURNEY_SCHEMA: z.ZodType<JourneyAnswer> = z.strictObject({
  takenAtMs: unixMs,
  protocol,
  port,
  journeys: z.array(
    z.strictObject({
      netns: z.string(),
      now: usedPort.exactOptional().describe('absent while nobody uses the port'),
      lifeLine: z.array(lifeSpan).describe('oldest first'),
    }),
  ),
});

export const HISTORY_SCHEMA: z.ZodType<HistoryAnswer> = z.strictObject({
  netns: z.string(),
  process: z.string(),
  unit: z.string(),
  stepSeconds: z.int().describe('60 for the last 24 h, else 300'),
  timesMs: z.array(unixMs).describe('rising; moments without a sample are left out'),
  ports: z
    .partialRecord(z.enum(HISTORY_COUNTS), z.array(z.int().min(0)))
    .describe('TCP ports by state and `udp`; as long as `timesMs`'),
  changes: z
    .array(z.strictObject({ kind: z.enum(['start', 'executable']), atMs: unixMs, seenMs: unixMs }))
    .describe('when a process of the owner started or its executable changed'),
});

export const ERROR_SCHEMA: z.ZodType<ErrorAnswer> = z.strictObject({
  error: z.strictObject({ code: z.string().describe('`EPH_...`'), message: z.string() }),
});
