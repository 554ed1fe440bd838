/**
 * Names of the recording rules, for the alerts and the dashboards that read them. All carry `job` and `instance`.
 * Pool level: `protocol`, `netns`. Owner level: `protocol`, `netns`, `process`, `unit`, and what is named below.
 * Owner level recordings leave out `(other)`, `(unknown)`, `(kernel)` and every series that says nothing (see each).
 */
export const RECORDING = {
  /** Ports; highest `used` of the last hour; every 5 min. */
  usedMax1h: 'instance:ephemeral_port_used:max1h',
  /** Ports; highest hour of the week before the last two hours; every 2 h: read with `last_over_time(...[3h])`. */
  usedMax7d: 'instance:ephemeral_port_used:max7d',
  /** Ports per second; slope of `used` over 3 h; every 5 min. */
  usedDeriv3h: 'instance:ephemeral_port_used:deriv3h',
  /**
   * Ports lost to the destination that has fewest left: `used` on Windows and for UDP, on Linux TCP the capacity less
   * the high estimate of its headroom. What pages judge. Every 2 min.
   */
  locked: 'instance:ephemeral_port_locked:ports',
  /** Ports; the same, highest hour of the week before the last two hours; every 2 h: read with `last_over_time(...[3h])`. */
  lockedMax7d: 'instance:ephemeral_port_locked:max7d',
  /** Ports per second; sum of the leaks that are proven; absent without any; every 2 min. */
  poolLeakRate: 'instance:ephemeral_port_leak:rate',
  /** Seconds until the day's highest `used` plus the proven leaks fill the capacity; absent without a proven leak; 2 min. */
  exhaustionSeconds: 'instance:ephemeral_port_exhaustion:seconds',

  /**
   * Ports of an owner by `class`: `held` (bound, close_wait), `listen`, `load` (established, transient), `udp`; only
   * where there are 10 or more; every 30 min; of `load` and `udp` the average of 30 min.
   */
  classPorts: 'process:ephemeral_port_class_ports:sum',
  /** Ports per second; slope over 3 h of {@link classPorts}, only where it rises by a port an hour or more; 30 min. */
  classDeriv3h: 'process:ephemeral_port_class_ports:deriv3h',
  /** Ports; lowest of the last day of {@link classPorts}; every 6 h: read with `last_over_time(...[7h])`. */
  classMin1d: 'process:ephemeral_port_class_ports:min1d',
  /** Ports; by how much {@link classMin1d} is above that of the day before, only where it is; every 6 h. */
  classRise1d: 'process:ephemeral_port_class_ports:rise1d',

  /** Ports; growth in 10 min of the stuck ports of the owner's largest process, only where there is any; every 5 min. */
  largestStuckRise10m: 'process:ephemeral_port_largest_stuck_ports:rise10m',
  /** Ports; growth in 10 min of all stuck ports of the owner, only where there is any; every 10 min. */
  stuckRise10m: 'process:ephemeral_port_stuck_ports:rise10m',
  /** Ports; growth in one hour of all stuck ports of the owner, only where there is any; every 30 min. */
  stuckRise1h: 'process:ephemeral_port_stuck_ports:rise1h',
  /** Ports; a level that the week's history explains: its maximum plus half of its swing; every 6 h: `last_over_time(...[7h])`. */
  stuckUsual8d: 'process:ephemeral_port_stuck_ports:usual8d',
  largestStuckUsual8d: 'process:ephemeral_port_largest_stuck_ports:usual8d',
  /** Ports per second of each proof of a leak, by `class` and `evidence`: largest_30m, stuck_30m, stuck_4h, held_12h, load_28h, floor_4d. */
  leakEvidence: 'process:ephemeral_port_leak:evidence',
  /** Ports per second; the leaks that are proven and have not let go since: what `EphemeralPortLeak` fires on; 5 min. */
  leakRate: 'process:ephemeral_port_leak:rate',
} as const;

export type RecordingName = (typeof RECORDING)[keyof typeof RECORDING];
