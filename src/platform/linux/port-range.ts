import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExporterError } from '../../errors.ts';
import type { DynamicRange, PortSpan } from '../../model/port-range.ts';
import { ADDRESS_FAMILIES, PROTOCOLS } from '../../model/protocol.ts';

const RANGE_FILE = 'sys/net/ipv4/ip_local_port_range';
const RESERVED_FILE = 'sys/net/ipv4/ip_local_reserved_ports';
/** What a range is read from, below the proc root. */
export const RANGE_FILES: readonly string[] = [RANGE_FILE, RESERVED_FILE];

const MOST_SHARED = 64;
const rangesByText = new Map<string, readonly DynamicRange[]>();

/** The dynamic range of a namespace, read anew each time. The same object comes back while it stays as it is. */
export class PortRangeReader {
  private readonly readText: (file: string) => string;
  private text = '';
  private ranges: readonly DynamicRange[] = [];

  /** `readText` gives the text of one of {@link RANGE_FILES}. */
  constructor(readText: (file: string) => string) {
    this.readText = readText;
  }

  /** @throws ExporterError EPH_RANGE_UNREADABLE; no earlier range is told in its place. */
  read(): readonly DynamicRange[] {
    const range = this.readFile(RANGE_FILE);
    const reserved = this.readFile(RESERVED_FILE);
    const text = `${range}\n${reserved}`;
    if (text !== this.text || this.ranges.length === 0) {
      this.ranges = rangesOf(text, range, reserved);
      this.text = text;
    }
    return this.ranges;
  }

  private readFile(file: string): string {
    try {
      return this.readText(file);
    } catch (error) {
      throw unreadableRange(`${file}: ${error instanceof Error ? error.message : error}`, error);
    }
  }
}

/**
 * The range of the namespace we are in. Opens the files each time: it costs 30 us, and a kept descriptor would go on telling
 * the range of a proc root that is no longer mounted.
 */
export function openPortRange(procfs: string): PortRangeReader {
  return new PortRangeReader((file) => readFileSync(join(procfs, file), 'latin1'));
}

/** Namespaces with the same range share it, which makes a sample of many a small one. */
function rangesOf(text: string, range: string, reserved: string): readonly DynamicRange[] {
  const known = rangesByText.get(text);
  if (known !== undefined) return known;
  const ranges = expandRange(parseRange(range), parseReserved(reserved));
  if (rangesByText.size >= MOST_SHARED) rangesByText.clear();
  rangesByText.set(text, ranges);
  return ranges;
}

/** Linux has one range for all protocols and both families (Documentation/networking/ip-sysctl.rst). */
function expandRange(span: PortSpan, excluded: readonly PortSpan[]): readonly DynamicRange[] {
  return PROTOCOLS.flatMap((protocol) => ADDRESS_FAMILIES.map((af) => ({ protocol, af, ...span, excluded })));
}

/**
 * `32768\t60999\n`.
 * @throws ExporterError EPH_RANGE_UNREADABLE
 */
export function parseRange(text: string): PortSpan {
  const match = /^(\d{1,5})\s+(\d{1,5})\s*$/.exec(text);
  const span = { first: Number(match?.[1]), last: Number(match?.[2]) };
  if (match === null || !isSpan(span)) throw unreadableRange(`not a port range: ${JSON.stringify(text.slice(0, 40))}`);
  return span;
}

/**
 * `8080,9148-9150\n`, or an empty line.
 * @throws ExporterError EPH_RANGE_UNREADABLE
 */
export function parseReserved(text: string): readonly PortSpan[] {
  const list = text.trim();
  if (list === '') return [];
  let previousLast = -1;
  return list.split(',').map((item) => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(item);
    const span = { first: Number(match?.[1]), last: Number(match?.[2] ?? match?.[1]) };
    // The kernel prints a bitmap: ascending, and no port twice.
    const isNext = match !== null && isSpan(span) && span.first > previousLast;
    if (!isNext) throw unreadableRange(`not reserved ports: ${JSON.stringify(item.slice(0, 40))}`);
    previousLast = span.last;
    return span;
  });
}

function isSpan({ first, last }: PortSpan): boolean {
  return first >= 0 && first <= last && last <= 65_535;
}

/** One error for whatever keeps the range from being read. */
export function unreadableRange(what: string, cause?: unknown): ExporterError {
  const message = `the dynamic port range cannot be read (${what}); check --path.procfs`;
  return new ExporterError('EPH_RANGE_UNREADABLE', message, { cause });
}
