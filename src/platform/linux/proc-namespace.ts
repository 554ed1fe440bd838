import { join } from 'node:path';
import type { OpenNamespace } from './namespace-access.ts';
import { BOUND_ABSENT, ProcTables } from './proc-tables.ts';

/** Reads namespaces through `/proc/PID/net`, which asks for no right: neither their range nor bound-only sockets are there. */
export function procNamespaces(procRoot: string): OpenNamespace {
  return (door) => ({
    cookie: '',
    tables: {
      source: 'procfs',
      findBoundObstacle: () => BOUND_ABSENT,
      append: (query, dump) => new ProcTables(join(procRoot, String(door().pid))).append(query, dump),
      close() {},
    },
    readRanges: () => undefined,
    close() {},
  });
}
