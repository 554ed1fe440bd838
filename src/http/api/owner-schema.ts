import { z } from 'zod';
import type { OwnerGroupKind } from '../../model/attributed.ts';
import { LINK_LOCAL_CLASSES, type LinkLocalClass, type RemoteClass } from '../../model/link-local.ts';
import type { PortsByState } from '../../model/report.ts';
import { TCP_PORT_STATES, UDP_PORT_STATES } from '../../model/socket-state.ts';

/** Ports by last remote; `remote` is a detail. */
export interface RemoteAnswer {
  readonly remote?: string;
  readonly class: RemoteClass;
  readonly ports: number;
}

/** One row of the table of owners. */
export interface OwnerAnswer {
  readonly kind: OwnerGroupKind;
  readonly netns: string;
  readonly process: string;
  readonly unit: string;
  readonly tcp: PortsByState;
  readonly udp: PortsByState;
  readonly ports: number;
  readonly stuck: number;
  readonly largestStuck: number;
  readonly stuckRemotes: readonly RemoteAnswer[];
  readonly isLeaking: boolean;
  readonly leakPortsPerMinute?: number;
  readonly portsPerMinute?: number;
  readonly heldPortsPerMinute?: number;
  readonly udpPortsPerMinute?: number;
  readonly growthSinceMs?: number;
  readonly timeLeftMs?: number;
  readonly oldestHeldMs?: number;
  readonly startMs?: number;
  readonly executableChangeMs?: number;
  readonly members: number;
  readonly handles?: number;
  readonly mutedReason?: string;
  readonly linkLocal: Readonly<Record<LinkLocalClass, { readonly connections: number; readonly opened: number }>>;
  readonly sparkline: readonly number[];
}

const count: z.ZodInt = z.int().min(0);
const unixMs: z.ZodInt = z.int().min(0);
const remoteClass = z.enum([...LINK_LOCAL_CLASSES, 'other']);

export const REMOTE_SCHEMA: z.ZodType<RemoteAnswer> = z.strictObject({
  remote: z.string().exactOptional().describe('`ip:port`, `(other)` or `(never seen)`; a detail'),
  class: remoteClass,
  ports: count,
});

export const TCP_STATES_SCHEMA: z.ZodType<PortsByState> = z.partialRecord(z.enum(TCP_PORT_STATES), count);
export const UDP_STATES_SCHEMA: z.ZodType<PortsByState> = z.partialRecord(z.enum(UDP_PORT_STATES), count);

export const OWNER_SCHEMA: z.ZodType<OwnerAnswer> = z.strictObject({
  kind: z.enum(['named', 'other', 'kernel', 'unknown']),
  netns: z.string(),
  process: z.string().describe('name as the metrics label has it; hostile input'),
  unit: z.string().describe('service, container, ...; empty when there is none'),
  tcp: TCP_STATES_SCHEMA.describe('ports by state; a state that cannot be seen is absent'),
  udp: UDP_STATES_SCHEMA,
  ports: count.describe('ports of both protocols'),
  stuck: count.describe('TCP ports held without a connection for longer than `--stuck.after`'),
  largestStuck: count.describe('of the one process of the group that holds most'),
  stuckRemotes: z.array(REMOTE_SCHEMA).describe('whom the stuck ports last talked to, most ports first'),
  isLeaking: z.boolean(),
  leakPortsPerMinute: z
    .number()
    .exactOptional()
    .describe('present pace of the leak, the higher of the hour and its later half'),
  portsPerMinute: z.number().exactOptional().describe('growth of TCP ports outside TIME_WAIT, last hour'),
  heldPortsPerMinute: z.number().exactOptional().describe('growth of bound and close_wait ports, last hour'),
  udpPortsPerMinute: z.number().exactOptional(),
  growthSinceMs: unixMs.exactOptional().describe('first moment the growth was measured from'),
  timeLeftMs: z.number().exactOptional().describe('until this owner alone has filled its range; of leaks only'),
  oldestHeldMs: unixMs.exactOptional().describe('since when the oldest held port is held, unix ms'),
  startMs: unixMs.exactOptional().describe('start of the process that holds most stuck ports, else of the oldest'),
  executableChangeMs: unixMs.exactOptional(),
  members: count.describe('living processes of the group that hold ports'),
  handles: count.exactOptional(),
  mutedReason: z.string().exactOptional().describe('why the configuration declares it harmless'),
  linkLocal: z
    .record(z.enum(LINK_LOCAL_CLASSES), z.strictObject({ connections: count, opened: count }))
    .describe('connections to link-local addresses by class: now, and since the exporter started'),
  sparkline: z.array(count).max(60).describe('TCP ports outside TIME_WAIT over the last 24 h, oldest first'),
});
