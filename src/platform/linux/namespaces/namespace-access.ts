import type { DynamicRange } from '../../../model/port-range.ts';
import type { SocketTables } from '../sockets/socket-tables.ts';
import type { NamespaceDoor } from './namespace-switch.ts';

/** The means to read one network namespace other than ours. */
export interface NamespaceAccess {
  /** The kernel's own number for it, which no other namespace of this boot has had; empty when it cannot be had. */
  readonly cookie: string;
  readonly tables: SocketTables;
  /**
   * Undefined when its range may not be read.
   * @throws ExporterError EPH_RANGE_UNREADABLE
   */
  readRanges(): readonly DynamicRange[] | undefined;
  close(): void;
}

/**
 * Opens a namespace. `door` is asked again whenever it is entered anew: the process that stands for it may be another then.
 * @throws ExporterError EPH_NAMESPACE_GONE, EPH_NAMESPACE_REFUSED, EPH_NAMESPACE_FAILED, EPH_RANGE_UNREADABLE
 */
export type OpenNamespace = (door: () => NamespaceDoor) => NamespaceAccess;
