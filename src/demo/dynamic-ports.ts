/** The ports of one protocol as Windows hands them out: at random, each once, until none is left. */
export interface DynamicPorts {
  /** A free port; undefined when the range is full. */
  take(): number | undefined;
  release(port: number): void;
  free(): number;
  /** How often a port was asked for in vain. */
  refused(): number;
}

/** All ports from `first` to `last` are free at first. */
export function createDynamicPorts(first: number, last: number, random: () => number): DynamicPorts {
  const free = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  let refused = 0;
  return {
    take() {
      const at = Math.floor(random() * free.length);
      const port = free[at];
      const end = free.pop();
      if (port === undefined || end === undefined) {
        refused++;
        return undefined;
      }
      if (at < free.length) free[at] = end;
      return port;
    },
    release: (port) => void free.push(port),
    free: () => free.length,
    refused: () => refused,
  };
}
