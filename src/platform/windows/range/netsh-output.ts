import { ExporterError } from '../../../errors.ts';
import type { PortSpan } from '../../../model/port-range.ts';

const LAST_PORT = 65_535;

/** A colon, or the bytes of a full-width one in code page 932, 936 and 949, 950, or UTF-8; then the number, then nothing. */
const COLON_AND_NUMBER = /(?::|\x81\x46|\xa3\xba|\xa1\x47|\xef\xbc\x9a)\s*(\d{1,6})\s*$/;

/**
 * The range in the output of `netsh int ipv4|ipv6 show dynamicport tcp|udp`: the two lines that end in a colon and a number,
 * first port and count, in any language and code page. 49152 and 16384 end at 65535.
 * @throws ExporterError EPH_WINDOWS_OUTPUT when there are not exactly two, or no such range exists.
 */
export function parseDynamicPort(output: Uint8Array): PortSpan {
  const numbers = linesOf(output)
    .map((line) => COLON_AND_NUMBER.exec(line)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number);
  const [first, count] = numbers;
  if (numbers.length !== 2 || first === undefined || count === undefined) {
    throw new ExporterError('EPH_WINDOWS_OUTPUT', `netsh dynamicport: ${numbers.length} numbers instead of 2`);
  }
  const last = first + count - 1;
  if (first < 1 || count < 1 || last > LAST_PORT) {
    throw new ExporterError('EPH_WINDOWS_OUTPUT', `netsh dynamicport: no range has ${count} ports from ${first}`);
  }
  return { first, last };
}

/**
 * The spans in the output of `netsh int ipv4|ipv6 show excludedportrange tcp|udp`, sorted, with overlaps joined; a star marks
 * the ones an administrator added. None at all is a valid answer, but not of an empty output.
 * @throws ExporterError EPH_WINDOWS_OUTPUT when the table's rule is missing or a line names no span of ports.
 */
export function parseExcludedPortRange(output: Uint8Array): PortSpan[] {
  const lines = linesOf(output);
  if (!lines.some((line) => /^-{3,}\s+-{3,}\s*$/.test(line.trim()))) {
    throw new ExporterError('EPH_WINDOWS_OUTPUT', 'netsh excludedportrange: the output holds no table');
  }
  const spans: PortSpan[] = [];
  for (const line of lines) {
    const match = /^\s*(\d{1,6})\s+(\d{1,6})\s*\*?\s*$/.exec(line);
    if (match === null) continue;
    const first = Number(match[1]);
    const last = Number(match[2]);
    if (first > last || last > LAST_PORT) {
      throw new ExporterError('EPH_WINDOWS_OUTPUT', `netsh excludedportrange: ${first}-${last} is no span of ports`);
    }
    spans.push({ first, last });
  }
  return joinOverlaps(spans);
}

function joinOverlaps(spans: readonly PortSpan[]): PortSpan[] {
  const joined: PortSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.first - b.first)) {
    const previous = joined.at(-1);
    if (previous !== undefined && span.first <= previous.last + 1) {
      joined[joined.length - 1] = { first: previous.first, last: Math.max(previous.last, span.last) };
    } else {
      joined.push(span);
    }
  }
  return joined;
}

/** Digits, colons and line ends are ASCII in every OEM code page, so the bytes are read one to one. */
function linesOf(output: Uint8Array): string[] {
  return Buffer.from(output.buffer, output.byteOffset, output.byteLength).toString('latin1').split(/\r?\n/);
}
