import { type DynamicRange, portsOfRanges } from '../../model/port-range.ts';
import type { Protocol } from '../../model/protocol.ts';

/** Which local ports to keep of a table. */
export interface PortFilter {
  /** 65,536 bytes, 1 for a port to keep. */
  readonly ports: Uint8Array;
  /** The lowest of them. */
  readonly minPort: number;
}

export type PortFilters = Readonly<Record<Protocol, PortFilter>>;

/** Makes the filters of ranges, and makes them anew only when the ranges are others. */
export class PortFilterMaker {
  #ranges: readonly DynamicRange[] | undefined;
  #filters: PortFilters | undefined;

  filtersOf(ranges: readonly DynamicRange[]): PortFilters {
    if (this.#filters === undefined || this.#ranges !== ranges) {
      this.#filters = { tcp: makeFilter('tcp', ranges), udp: makeFilter('udp', ranges) };
      this.#ranges = ranges;
    }
    return this.#filters;
  }
}

function makeFilter(protocol: Protocol, ranges: readonly DynamicRange[]): PortFilter {
  const ports = portsOfRanges(ranges.filter((range) => range.protocol === protocol));
  return { ports, minPort: Math.max(0, ports.indexOf(1)) };
}
