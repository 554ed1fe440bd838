import type { Settings } from '../../../config/settings.ts';
import type { Libc } from '../libc.ts';
import type { SocketTables } from '../sockets/socket-tables.ts';
import { BpfTables } from './bpf-tables.ts';
import { openPidfdTables } from './pidfd-tables.ts';

/**
 * `tables` with the source of bound-only sockets that the command line asks for; `auto` is a named iterator, else inet_diag
 * where the kernel has it.
 * @param namespace inode of the namespace that `tables` reads, decimal
 */
export function chooseBoundSource(
  tables: SocketTables,
  { procfs, linuxBoundSource, linuxBpfIterator }: Pick<Settings, 'procfs' | 'linuxBoundSource' | 'linuxBpfIterator'>,
  libc: Libc | undefined,
  namespace: string,
): SocketTables {
  if (linuxBoundSource === 'pidfd' && libc !== undefined) return openPidfdTables(tables, libc, procfs, namespace);
  if (linuxBoundSource === 'auto' && linuxBpfIterator !== '') return new BpfTables(tables, linuxBpfIterator, namespace);
  return tables;
}
