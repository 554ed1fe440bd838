import { type DynamicRange, portsOfRanges } from '../../../model/port-range.ts';
import type { Protocol } from '../../../model/protocol.ts';

/** Which local ports to keep of a table. */
export interface PortFilter {
  /** 65,536 bytes, 1 for a port to keep. */
  readonly ports: Uint8Array;
  /** The lowest of them. */
  readonly minPort: number;
}

export type PortFilters = Readonly<Record<Protocol, PortFilter>>;

const known = new WeakMap<readonly DynamicRange[], PortFilters>();

/** The filters of ranges, made once: namespaces with the same range share it, and these with it. */
export function filtersOf(ranges: readonly DynamicRange[]): PortFilters {
  const filters = known.get(ranges) ?? { tcp: makeFilter('tcp', ranges), udp: makeFilter('udp', ranges) };
  known.set(ranges, filters);
  return filters;
}

function makeFilter(protocol: Protocol, ranges: readonly DynamicRange[]): PortFilter {
  const ports = portsOfRanges(ranges.filter((range) => range.protocol === protocol));
  return { ports, minPort: Math.max(0, ports.indexOf(1)) };
}
