import type { PageLayout } from './trace-format.ts';

/** Called with where a record's data begins and ends in the page, and its time in ns of the trace clock. */
export type RecordVisitor = (start: number, end: number, timeNs: number) => void;

// include/linux/ring_buffer.h: the low 5 bits of an event's first word, above them the time since the one before.
const LARGEST_DATA_TYPE = 28;
const TYPE = { longData: 0, padding: 29, timeExtend: 30, timeStamp: 31 } as const;
const TYPE_BITS = 5;
const DELTA_RANGE = 2 ** 27;
const WORD = 4;
// kernel/trace/ring_buffer.c: flags in the commit word of a page that was read.
const COMMIT_LENGTH = 0xf_ffff;
const MISSED_EVENTS = 0x8000_0000;
const MISSED_COUNTED = 0x4000_0000;
const UNCOUNTED_LOSS = 1;

/**
 * Walks the records of one raw page (little-endian), and returns how many were lost before it, as far as the kernel says;
 * a page that is not well formed is left at its first bad word, which counts as a loss.
 */
export function decodePage(page: DataView, layout: PageLayout, visit: RecordVisitor): number {
  if (page.byteLength < layout.data || layout.commit + WORD > layout.data || layout.data < 2 * WORD)
    return UNCOUNTED_LOSS;
  const commit = page.getUint32(layout.commit, true);
  const end = layout.data + (commit & COMMIT_LENGTH);
  if (end > page.byteLength) return UNCOUNTED_LOSS;
  return readMissed(page, commit, end) + walkEvents(page, layout.data, end, visit);
}

function readMissed(page: DataView, commit: number, end: number): number {
  if ((commit & MISSED_EVENTS) === 0) return 0;
  if ((commit & MISSED_COUNTED) === 0 || end + 2 * WORD > page.byteLength) return UNCOUNTED_LOSS;
  return page.getUint32(end, true) + page.getUint32(end + WORD, true) * 2 ** 32;
}

function walkEvents(page: DataView, from: number, end: number, visit: RecordVisitor): number {
  let timeNs = page.getUint32(0, true) + page.getUint32(WORD, true) * 2 ** 32;
  let at = from;
  while (at + WORD <= end) {
    const word = page.getUint32(at, true);
    const type = word & (2 ** TYPE_BITS - 1);
    const delta = word >>> TYPE_BITS;
    // Padding without a length ends the page.
    if (type === TYPE.padding && delta === 0) return 0;
    const isData = type > TYPE.longData && type <= LARGEST_DATA_TYPE;
    if (!isData && at + 2 * WORD > end) return UNCOUNTED_LOSS;
    const second = isData ? 0 : page.getUint32(at + WORD, true);
    if (type === TYPE.timeStamp) timeNs = second * DELTA_RANGE + delta;
    else timeNs += delta + (type === TYPE.timeExtend ? second * DELTA_RANGE : 0);
    const start = at + (type === TYPE.longData ? 2 * WORD : WORD);
    const next = at + WORD + bodyLength(type, second);
    if (next > end || next < start) return UNCOUNTED_LOSS;
    if (type <= LARGEST_DATA_TYPE) visit(start, next, timeNs);
    at = next;
  }
  return 0;
}

/** Bytes after an event's first word. */
function bodyLength(type: number, second: number): number {
  if (type === TYPE.timeExtend || type === TYPE.timeStamp) return WORD;
  // A length word counts itself; rounded up, as records are aligned.
  if (type === TYPE.longData || type === TYPE.padding) return Math.ceil(second / WORD) * WORD;
  return type * WORD;
}
