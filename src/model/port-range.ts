import type { AddressFamily, Protocol } from './protocol.ts';

/** First and last port, both inclusive: 32768-60999 is 28,232 ports. */
export interface PortSpan {
  readonly first: number;
  readonly last: number;
}

/** The dynamic range of one protocol and address family in one namespace. */
export interface DynamicRange extends PortSpan {
  readonly protocol: Protocol;
  readonly af: AddressFamily;
  /** Ports that the system will not hand out; sorted, disjoint, and free to lie outside the range. */
  readonly excluded: readonly PortSpan[];
}

export function spanSize(span: PortSpan): number {
  return span.last - span.first + 1;
}

/** Ports of `range` that it excludes. */
export function excludedInRange(range: DynamicRange): number {
  let count = 0;
  for (const span of range.excluded) {
    const first = Math.max(span.first, range.first);
    const last = Math.min(span.last, range.last);
    if (last >= first) count += last - first + 1;
  }
  return count;
}

/** Membership of every port number, 65,536 bytes of 0 or 1: the ports that at least one of `ranges` holds. */
export function portsOfRanges(ranges: readonly DynamicRange[]): Uint8Array {
  const member = new Uint8Array(65_536);
  for (const range of ranges) member.fill(1, range.first, range.last + 1);
  return member;
}

/** Union of the ranges of both families minus the ports excluded in all of them, in ports. */
export function capacityOf(ranges: readonly DynamicRange[]): number {
  const usable = new Uint8Array(65_536);
  for (const range of ranges) {
    const own = new Uint8Array(65_536);
    own.fill(1, range.first, range.last + 1);
    for (const span of range.excluded) own.fill(0, span.first, span.last + 1);
    for (let port = range.first; port <= range.last; port++) if (own[port] === 1) usable[port] = 1;
  }
  let capacity = 0;
  for (const bit of usable) capacity += bit;
  return capacity;
}
