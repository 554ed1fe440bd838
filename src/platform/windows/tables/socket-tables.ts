import { callFailed, declareFunction, type Koffi, type NativeFunction } from '../load-koffi.ts';

const AF = { 4: 2, 6: 23 } as const;
const TCP_TABLE_OWNER_MODULE_ALL = 8;
const UDP_TABLE_OWNER_MODULE = 2;
const ERROR_INSUFFICIENT_BUFFER = 122;

/** A table can grow between the call that tells its size and the one that fills it. */
const SIZE_ATTEMPTS = 5;
const SLACK_BYTES = 16_384;

/** The documented tables of iphlpapi.dll. The bytes are valid until the same table is read again. */
export interface SocketTableCalls {
  /** TCP_TABLE_OWNER_MODULE_ALL. @throws ExporterError EPH_WINDOWS_CALL */
  tcp(family: 4 | 6): Uint8Array;
  /** UDP_TABLE_OWNER_MODULE. @throws ExporterError EPH_WINDOWS_CALL */
  udp(family: 4 | 6): Uint8Array;
}

/** @throws ExporterError EPH_WINDOWS_CALL when iphlpapi.dll or a function is missing. */
export function openSocketTables(koffi: Koffi): SocketTableCalls {
  const open = (name: string): NativeFunction =>
    declareFunction(
      koffi,
      'iphlpapi.dll',
      `uint32 __stdcall ${name}(_Out_ uint8_t *table, _Inout_ uint32 *size, int order, uint32 family, int class, uint32 reserved)`,
    );
  const extendedTcp = open('GetExtendedTcpTable');
  const extendedUdp = open('GetExtendedUdpTable');
  const tcp = { 4: createFill(), 6: createFill() };
  const udp = { 4: createFill(), 6: createFill() };
  return {
    tcp: (family) =>
      tcp[family](`GetExtendedTcpTable v${family}`, (bytes, size) =>
        extendedTcp(bytes, size, 0, AF[family], TCP_TABLE_OWNER_MODULE_ALL, 0),
      ),
    udp: (family) =>
      udp[family](`GetExtendedUdpTable v${family}`, (bytes, size) =>
        extendedUdp(bytes, size, 0, AF[family], UDP_TABLE_OWNER_MODULE, 0),
      ),
  };
}

type Call = (bytes: Uint8Array | null, size: [number]) => unknown;

/** Keeps the buffer between readings: at 60,000 sockets it has 10 MB. */
function createFill(): (name: string, call: Call) => Uint8Array {
  let bytes = Buffer.alloc(SLACK_BYTES);
  return (name, call) => {
    for (let attempt = 0; attempt < SIZE_ATTEMPTS; attempt++) {
      const size: [number] = [bytes.length];
      const status = call(bytes, size) as number;
      if (status === 0) return bytes;
      if (status !== ERROR_INSUFFICIENT_BUFFER) throw callFailed(name, status);
      bytes = Buffer.alloc(Math.max(size[0], bytes.length) + SLACK_BYTES);
    }
    throw callFailed(name, ERROR_INSUFFICIENT_BUFFER);
  };
}
