import { PROTOCOL } from '../../../model/protocol.ts';

/**
 * Where the fields of a row of an iphlpapi table lie, in bytes, on x64 and arm64 (iphlpapi.h, tcpmib.h, udpmib.h; printed
 * by a mingw-w64 program). A field that a table does not have is -1.
 */
export interface TableLayout {
  readonly name: string;
  readonly protocol: number;
  readonly family: 4 | 6;
  /** Offset of the first row: the count is a DWORD, rows with 64-bit fields begin at 8. */
  readonly firstRow: number;
  readonly rowSize: number;
  readonly state: number;
  readonly localAddress: number;
  readonly localPort: number;
  readonly remoteAddress: number;
  readonly remotePort: number;
  readonly pid: number;
  readonly created: number;
}

const TCP4 = { protocol: PROTOCOL.tcp, family: 4, state: 0, localAddress: 4, localPort: 8 } as const;
const TCP6 = { protocol: PROTOCOL.tcp, family: 6, state: 48, localAddress: 0, localPort: 20 } as const;
const TCP4_REMOTE = { remoteAddress: 12, remotePort: 16, pid: 20 } as const;
const TCP6_REMOTE = { remoteAddress: 24, remotePort: 44, pid: 52 } as const;
const NO_REMOTE = { state: -1, remoteAddress: -1, remotePort: -1 } as const;

/** MIB_TCPROW_OWNER_MODULE. */
export const TCP4_MODULE: TableLayout = {
  name: 'TCP_TABLE_OWNER_MODULE_ALL v4',
  ...TCP4,
  ...TCP4_REMOTE,
  firstRow: 8,
  rowSize: 160,
  created: 24,
};

/** MIB_TCP6ROW_OWNER_MODULE. */
export const TCP6_MODULE: TableLayout = {
  name: 'TCP_TABLE_OWNER_MODULE_ALL v6',
  ...TCP6,
  ...TCP6_REMOTE,
  firstRow: 8,
  rowSize: 192,
  created: 56,
};

/** MIB_TCPROW2, of InternalGetBoundTcpEndpointTable. */
export const TCP4_BOUND: TableLayout = {
  name: 'bound endpoints v4',
  ...TCP4,
  ...TCP4_REMOTE,
  firstRow: 4,
  rowSize: 28,
  created: -1,
};

/** MIB_TCP6ROW2, of InternalGetBoundTcp6EndpointTable. */
export const TCP6_BOUND: TableLayout = {
  name: 'bound endpoints v6',
  ...TCP6,
  ...TCP6_REMOTE,
  firstRow: 4,
  rowSize: 60,
  created: -1,
};

/** MIB_UDPROW_OWNER_MODULE. */
export const UDP4_MODULE: TableLayout = {
  name: 'UDP_TABLE_OWNER_MODULE v4',
  protocol: PROTOCOL.udp,
  family: 4,
  ...NO_REMOTE,
  localAddress: 0,
  localPort: 4,
  pid: 8,
  created: 16,
  firstRow: 8,
  rowSize: 160,
};

/** MIB_UDP6ROW_OWNER_MODULE. */
export const UDP6_MODULE: TableLayout = {
  name: 'UDP_TABLE_OWNER_MODULE v6',
  protocol: PROTOCOL.udp,
  family: 6,
  ...NO_REMOTE,
  localAddress: 0,
  localPort: 20,
  pid: 24,
  created: 32,
  firstRow: 8,
  rowSize: 176,
};
