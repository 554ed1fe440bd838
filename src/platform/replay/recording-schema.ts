import { z } from 'zod';
import { PIECES } from '../../model/problem.ts';
import { ADDRESS_FAMILIES, PROTOCOLS } from '../../model/protocol.ts';
import type { RecordedSample } from './recording-format.ts';

const port = z.int().min(0).max(65_535);
const count = z.number().min(0);
const time = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const span = { first: port, last: port };
const protocol = z.enum(PROTOCOLS);
const af = z.enum(ADDRESS_FAMILIES);
const identity = { pid: count, startMs: time };

const namespace = z.object({
  name: z.string(),
  inode: z.string(),
  identity: z.string().exactOptional(),
  container: z.string(),
  podUid: z.string(),
  ranges: z.array(z.object({ protocol, af, ...span, excluded: z.array(z.object(span)) })),
  rangesAssumed: z.boolean().exactOptional(),
  unread: z.array(protocol).exactOptional(),
  boundVisible: z.boolean(),
});

const rest = z.object({
  takenAtMs: time,
  bootMs: time,
  bootId: z.string(),
  namespaces: z.array(namespace),
  exitedProcesses: z.array(z.object(identity)),
  sharedSockets: count,
  probes: z.array(z.object({ protocol, af, code: z.string() })),
  lostEvents: count,
  systemEvents: z.array(z.object({ eventId: count, provider: z.string(), count, lastMs: time })),
  timeWaitSeconds: count,
  tcpTwReuse: z.number(),
  sources: z.array(z.object({ piece: z.enum([...PIECES, 'scope']), source: z.string() })),
  pieces: z.array(
    z.object({ piece: z.enum(PIECES), success: z.boolean(), timedOut: z.boolean(), durationMs: z.number() }),
  ),
  problems: z.array(z.object({ piece: z.enum([...PIECES, 'ledger']), code: z.string(), message: z.string() })),
});

/** One sample line of a recording, which may come from another host, and from a hand. */
export const RECORDED_SAMPLE: z.ZodType<RecordedSample> = z.object({
  kind: z.enum(['key', 'delta']),
  rest,
  processes: z.array(
    z.object({
      ...identity,
      name: z.string(),
      unit: z.string(),
      executable: z.string(),
      executableChangeMs: time,
      handles: z.number(),
    }),
  ),
  left: z.array(z.int().min(0)),
  came: z.array(z.string()),
  events: z.array(z.tuple([z.enum(['opened', 'closed']), time, z.string()])),
});
