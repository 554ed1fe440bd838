import type { PortSource } from '../platform/source.ts';

/** A source that can be replaced between two readings: a changed config file changes how processes are named. */
export interface ReconfigurableSource extends PortSource {
  /** To be called while no reading is under way; the old source is closed. */
  replace(next: PortSource): Promise<void>;
}

export function reconfigurableSource(first: PortSource): ReconfigurableSource {
  let current = first;
  /** Those that could not be closed when they were replaced. */
  const hanging: PortSource[] = [];
  return {
    name: first.name,
    read: (deadline, wishes) => current.read(deadline, wishes),
    async close() {
      await Promise.all([current, ...hanging].map((source) => source.close()));
    },
    async replace(next) {
      const old = current;
      current = next;
      await old.close().catch(() => hanging.push(old));
    },
  };
}
