import { join } from 'node:path';
import { BOUND_ABSENT, ProcTables } from '../sockets/proc-tables.ts';
import type { OpenNamespace } from './namespace-access.ts';

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
