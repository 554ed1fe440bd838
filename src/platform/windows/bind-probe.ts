import { ADDRESS_FAMILIES, type AddressFamily, PROTOCOLS, type Protocol } from '../../model/protocol.ts';
import type { BindProbe } from '../../model/sample.ts';
import { declareFunction, type Koffi } from './load-koffi.ts';

const AF = { ipv4: 2, ipv6: 23 } as const;
const SOCKET_TYPE = { tcp: 1, udp: 2 } as const;
const INVALID_SOCKET = 0xffff_ffff_ffff_ffffn;
const WSAEAFNOSUPPORT = 10_047;

/** Names of the Winsock errors that a bind to port 0 can fail with (winsock2.h). */
const ERROR_NAMES: Readonly<Record<number, string>> = {
  10013: 'EACCES',
  10024: 'EMFILE',
  10048: 'EADDRINUSE',
  10049: 'EADDRNOTAVAIL',
  10055: 'ENOBUFS',
};

export interface ProbedPort extends BindProbe {
  /** The port that the system chose; 0 when it had none to give. */
  readonly port: number;
}

/**
 * Binds a socket of each protocol and family to port 0 of the wildcard address and closes it; sends no packet. A family that
 * the host does not have is absent. @throws ExporterError EPH_WINDOWS_CALL when ws2_32.dll lacks a function.
 */
export function openBindProbe(koffi: Koffi): () => readonly ProbedPort[] {
  const winsock = (signature: string) => declareFunction(koffi, 'ws2_32.dll', signature);
  const socket = winsock('uintptr_t __stdcall socket(int family, int type, int protocol)');
  const bind = winsock('int __stdcall bind(uintptr_t socket, const uint8_t *address, int length)');
  const getsockname = winsock(
    'int __stdcall getsockname(uintptr_t socket, _Out_ uint8_t *address, _Inout_ int *length)',
  );
  const closesocket = winsock('int __stdcall closesocket(uintptr_t socket)');
  const lastError = winsock('int __stdcall WSAGetLastError()');

  const probe = (protocol: Protocol, af: AddressFamily): ProbedPort | undefined => {
    const handle = socket(AF[af], SOCKET_TYPE[protocol], 0) as number | bigint;
    if (BigInt(handle) === INVALID_SOCKET) {
      const code = lastError() as number;
      return code === WSAEAFNOSUPPORT ? undefined : { protocol, af, code: errorName(code), port: 0 };
    }
    try {
      // sockaddr_in is 16 bytes, sockaddr_in6 28: the family, then port 0 and the wildcard address.
      const address = Buffer.alloc(af === 'ipv4' ? 16 : 28);
      address.writeUInt16LE(AF[af], 0);
      if (bind(handle, address, address.length) !== 0) {
        return { protocol, af, code: errorName(lastError() as number), port: 0 };
      }
      const isKnown = getsockname(handle, address, [address.length]) === 0;
      return { protocol, af, code: '', port: isKnown ? address.readUInt16BE(2) : 0 };
    } finally {
      closesocket(handle);
    }
  };
  return () =>
    PROTOCOLS.flatMap((protocol) => ADDRESS_FAMILIES.map((af) => probe(protocol, af))).filter(
      (probed) => probed !== undefined,
    );
}

function errorName(code: number): string {
  return ERROR_NAMES[code] ?? `WSA${code}`;
}
