import type { LinkLocalClass } from './link-local.ts';

/** Four big-endian 32-bit words; IPv4 in its mapped form. */
export type AddressWords = readonly [number, number, number, number];

const MAPPED_PREFIX = 0xffff;

/** True when the four words at `offset` hold an IPv4 address in its mapped form. */
export function isMappedIpv4(words: Uint32Array, offset: number): boolean {
  return words[offset] === 0 && words[offset + 1] === 0 && words[offset + 2] === MAPPED_PREFIX;
}

/** Text of an address: dotted for IPv4, RFC 5952 for IPv6 (lower case, longest run of zeroes as `::`), no scope id. */
export function formatAddress(words: Uint32Array, offset = 0): string {
  const last = words[offset + 3] as number;
  if (isMappedIpv4(words, offset)) return formatIpv4(last);
  const groups: number[] = [];
  for (let index = 0; index < 4; index++) {
    const word = words[offset + index] as number;
    groups.push(word >>> 16, word & 0xffff);
  }
  return compressZeroes(groups);
}

/** `ip:port`, IPv6 in brackets. */
export function formatEndpoint(words: Uint32Array, offset: number, port: number): string {
  const text = formatAddress(words, offset);
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
}

/** Words of an IPv4 or IPv6 text (no scope id); undefined when it is neither. */
export function parseAddress(text: string): AddressWords | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return [0, 0, MAPPED_PREFIX, ipv4];
  return parseIpv6(text);
}

/** {@link LinkLocalClass} of the remote at `offset`, or `other`; addresses of DESIGN section 2. */
export function linkLocalClass(words: Uint32Array, offset = 0): LinkLocalClass | 'other' {
  const last = words[offset + 3] as number;
  if (isMappedIpv4(words, offset)) {
    if (last === 0xa9fea9fe || last === 0xa9feaa02) return 'metadata';
    if (last === 0xa9fea97b) return 'time';
    return last >>> 16 === 0xa9fe ? 'link_local_v4' : 'other';
  }
  const first = words[offset] as number;
  if (first >>> 22 === 0xfe80 >>> 6) return 'link_local_v6';
  if (first === 0xfd000ec2 && words[offset + 1] === 0 && words[offset + 2] === 0 && last === 0x254) return 'metadata';
  return 'other';
}

function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

function compressZeroes(groups: readonly number[]): string {
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > bestLength) {
      bestStart = start;
      bestLength = end - start;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (bestStart < 0) return hex.join(':');
  return `${hex.slice(0, bestStart).join(':')}::${hex.slice(bestStart + bestLength).join(':')}`;
}

function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((word, part) => word * 256 + part, 0);
}

function parseIpv6(text: string): AddressWords | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : expandGroups(half)));
  if (head === undefined || (halves.length === 1 && head.length !== 8)) return undefined;
  const rest = tail ?? [];
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 && missing < 1) return undefined;
  const groups = [...head, ...new Array<number>(Math.max(0, missing)).fill(0), ...rest];
  if (groups.length !== 8 || groups.some((group) => Number.isNaN(group))) return undefined;
  const words = [0, 2, 4, 6].map((at) => (groups[at] as number) * 65_536 + (groups[at + 1] as number));
  return [words[0] as number, words[1] as number, words[2] as number, words[3] as number];
}

function expandGroups(half: string): number[] {
  return half.split(':').flatMap((group, index, all) => {
    const embedded = index === all.length - 1 ? parseIpv4(group) : undefined;
    if (embedded !== undefined) return [embedded >>> 16, embedded & 0xffff];
    return [/^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : Number.NaN];
  });
}
