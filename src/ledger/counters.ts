import type { StuckReleaseHow } from '../model/attributed.ts';
import type { LinkLocalClass } from '../model/link-local.ts';
import type { Protocol } from '../model/protocol.ts';

/** What is counted under one name. */
export interface Counters {
  readonly opened: Record<Protocol, number>;
  readonly released: Record<Protocol, number>;
  stuckTotal: number;
  readonly stuckReleased: Record<StuckReleaseHow, number>;
  readonly linkLocalOpened: Record<LinkLocalClass, number>;
}

export function zeroCounters(): Counters {
  return {
    opened: { tcp: 0, udp: 0 },
    released: { tcp: 0, udp: 0 },
    stuckTotal: 0,
    stuckReleased: { closed: 0, used: 0, exited: 0 },
    linkLocalOpened: { metadata: 0, time: 0, link_local_v4: 0, link_local_v6: 0 },
  };
}
