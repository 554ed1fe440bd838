import type { PortSource } from '../platform/source.ts';

/** A source that can be replaced between two readings: a changed config file changes how processes are named. */
export interface ReconfigurableSource extends PortSource {
  /** To be called while no reading is under way; the old source is closed. */
  replace(next: PortSource): Promise<void>;
}

export function reconfigurableSource(first: PortSource): ReconfigurableSource {
  let current = first;
  return {
    name: first.name,
    read: (deadline) => current.read(deadline),
    close: () => current.close(),
    async replace(next) {
      const old = current;
      current = next;
      await old.close();
    },
  };
}
