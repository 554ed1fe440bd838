import { callFailed, declareFunction, type Koffi } from '../load-koffi.ts';
import { TCP4_BOUND, TCP6_BOUND } from './table-layout.ts';

/** Windows 10 1809 and Server 2019: the first builds on which System Informer calls these functions. */
export const FIRST_BOUND_BUILD = 17_763;

/** The tables of bound-only TCP sockets. */
export interface BoundTableCalls {
  /** A copy of the table. @throws ExporterError EPH_WINDOWS_CALL */
  bound(family: 4 | 6): Uint8Array;
}

/**
 * InternalGetBoundTcpEndpointTable and its Tcp6 twin: (table **, heap, heap flags), the caller frees. They are documented
 * nowhere but in System Informer's netprv.h, so a process that can be spared must have called them first.
 * @throws ExporterError EPH_WINDOWS_CALL when the library does not export them.
 */
export function openBoundTables(koffi: Koffi, library = 'iphlpapi.dll'): BoundTableCalls {
  const open = (name: string) =>
    declareFunction(koffi, library, `uint32 __stdcall ${name}(_Out_ void **table, void *heap, uint32 flags)`);
  const calls = { 4: open('InternalGetBoundTcpEndpointTable'), 6: open('InternalGetBoundTcp6EndpointTable') };
  const layouts = { 4: TCP4_BOUND, 6: TCP6_BOUND };
  const getProcessHeap = declareFunction(koffi, 'kernel32.dll', 'void* __stdcall GetProcessHeap()');
  const heapFree = declareFunction(koffi, 'kernel32.dll', 'int __stdcall HeapFree(void*, uint32, void*)');
  const heapSize = declareFunction(koffi, 'kernel32.dll', 'size_t __stdcall HeapSize(void*, uint32, void*)');

  return {
    bound(family) {
      const layout = layouts[family];
      const table: [unknown] = [null];
      const heap = getProcessHeap();
      const status = calls[family](table, heap, 0) as number;
      const [address] = table;
      if (status !== 0) throw callFailed(layout.name, status);
      if (address === null) throw callFailed(`${layout.name}: no table although the call`, status);
      try {
        // The heap knows how long the block is: a lying row count cannot make us read beyond it.
        const size = Number(heapSize(heap, 0, address));
        return new Uint8Array(koffi.view(address, size)).slice();
      } finally {
        heapFree(heap, 0, address);
      }
    },
  };
}
