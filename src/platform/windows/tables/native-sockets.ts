import type { SocketSource } from '../sockets/socket-source.ts';
import { clearWindowsSockets, createWindowsSockets } from '../sockets/windows-sockets.ts';
import type { BoundTableCalls } from './bound-tables.ts';
import { decodeSocketTable } from './socket-table.ts';
import type { SocketTableCalls } from './socket-tables.ts';
import { TCP4_BOUND, TCP4_MODULE, TCP6_BOUND, TCP6_MODULE, UDP4_MODULE, UDP6_MODULE } from './table-layout.ts';

const NAME = 'iphlpapi';

/** TCP of both families by GetExtendedTcpTable; it shows no bound-only socket. */
export function nativeTcp(calls: SocketTableCalls): SocketSource {
  const sockets = createWindowsSockets();
  return {
    name: NAME,
    read({ tcp }) {
      clearWindowsSockets(sockets);
      decodeSocketTable(calls.tcp(4), TCP4_MODULE, { wanted: tcp, isBoundTable: false }, sockets);
      decodeSocketTable(calls.tcp(6), TCP6_MODULE, { wanted: tcp, isBoundTable: false }, sockets);
      return sockets;
    },
  };
}

/** Bound-only TCP of both families by InternalGetBoundTcpEndpointTable. */
export function nativeBound(calls: BoundTableCalls): SocketSource {
  const sockets = createWindowsSockets();
  return {
    name: NAME,
    read({ tcp }) {
      clearWindowsSockets(sockets);
      decodeSocketTable(calls.bound(4), TCP4_BOUND, { wanted: tcp, isBoundTable: true }, sockets);
      decodeSocketTable(calls.bound(6), TCP6_BOUND, { wanted: tcp, isBoundTable: true }, sockets);
      return sockets;
    },
  };
}

/** UDP of both families by GetExtendedUdpTable. */
export function nativeUdp(calls: SocketTableCalls): SocketSource {
  const sockets = createWindowsSockets();
  return {
    name: NAME,
    read({ udp }) {
      clearWindowsSockets(sockets);
      decodeSocketTable(calls.udp(4), UDP4_MODULE, { wanted: udp, isBoundTable: false }, sockets);
      decodeSocketTable(calls.udp(6), UDP6_MODULE, { wanted: udp, isBoundTable: false }, sockets);
      return sockets;
    },
  };
}
