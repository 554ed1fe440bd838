import { z } from 'zod';
import { isHistoryImage, isLedgerImage } from '../ledger/check-image.ts';
import type { HistoryHead, HistoryImage } from '../ledger/history-image.ts';
import type { Image } from '../ledger/image.ts';
import type { LedgerHead, LedgerImage } from '../ledger/ledger-image.ts';

const index = z.int().min(0);
const time = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

const group = z.object({
  kind: z.enum(['named', 'other', 'kernel', 'unknown']),
  netns: z.string(),
  process: z.string(),
  unit: z.string(),
  marks: z.array(z.object({ seenMs: time, what: z.enum(['start', 'executable']), atMs: time })),
  startMs: time,
  executableChangeMs: time,
  lastRecordedMs: time,
});

const LEDGER_HEAD: z.ZodType<LedgerHead> = z.object({
  bootId: z.string(),
  bootMs: time,
  takenAtMs: time,
  startMs: time,
  namespaces: z.array(
    z.object({ name: z.string(), inode: z.string(), identity: z.string().exactOptional(), pools: z.array(index) }),
  ),
  owners: z.array(
    z.object({
      pid: index,
      startMs: time,
      name: z.string(),
      unit: z.string(),
      alive: z.boolean(),
      executable: z.string(),
      executableChangeMs: time,
      handles: z.number(),
    }),
  ),
  names: z.array(
    z.object({
      netns: z.string(),
      process: z.string(),
      unit: z.string(),
      earnedAtMs: z.number(),
      executables: z.array(z.string()),
      identityChangedMs: time,
    }),
  ),
  recentHistory: z.array(z.tuple([group, z.array(z.tuple([index, index, z.array(index)]))])),
});

const HISTORY_HEAD: z.ZodType<HistoryHead> = z.object({
  groups: z.array(group),
  curves: z.array(z.tuple([index, index, index, z.int()])),
});

/** True when an image that was read from a file can be restored: every value is of its kind, and no index leads nowhere. */
export function isWholeLedger(image: Image<unknown>): image is LedgerImage {
  return LEDGER_HEAD.safeParse(image.head).success && isLedgerImage(image);
}

/** The same for a history. */
export function isWholeHistory(image: Image<unknown>): image is HistoryImage {
  return HISTORY_HEAD.safeParse(image.head).success && isHistoryImage(image);
}
