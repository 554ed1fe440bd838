/** Ports left to the worst destination, as an interval: which connections were bound first cannot be seen. */
export interface Headroom {
  readonly low: number;
  readonly high: number;
}

export interface HeadroomInput {
  readonly capacity: number;
  /** Used ports. */
  readonly used: number;
  /** Used ports that a bind() surely owns. */
  readonly locked: number;
  /** Most other ports that one source address has in use towards one destination. */
  readonly worst: number;
}

/**
 * `low`: every used port is lost for all destinations, as if each had been bound first. `high`: only the locked ones are, and
 * beside them a destination loses the ports it is served by. Never below 0, where excluded ports are in use as well.
 */
export function headroomOf({ capacity, used, locked, worst }: HeadroomInput): Headroom {
  return { low: Math.max(0, capacity - used), high: Math.max(0, capacity - locked - worst) };
}
