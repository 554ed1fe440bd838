/** States of a request, one bit each (include/net/tcp_states.h). */
export const DIAG_STATES = {
  /** Everything that `ss -a` shows. */
  ordinary: 0xfff,
  /** TCP_BOUND_INACTIVE, from Linux 6.8; older kernels answer with no row. Comes back as wire state 7. */
  bound: 0x2000,
} as const;

/** Both families in one walk over the kernel's tables; of TCP only. */
export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const SOCK_DIAG_BY_FAMILY = 20;
/** The older request, whose dump shows both families: the newer refuses AF_UNSPEC. */
export const TCPDIAG_GETSOCK = 18;

export interface DiagRequest {
  readonly family: number;
  /** IPPROTO_TCP or IPPROTO_UDP. */
  readonly protocol: number;
  readonly states: number;
  /** Only sockets whose local port is this or higher; the kernel leaves the others out. */
  readonly minPort?: number;
}

const DUMP_FLAGS = 0x301; // NLM_F_REQUEST | NLM_F_ROOT | NLM_F_MATCH
const HEADER_LENGTH = 16;
const FILTER_LENGTH = 12;
const REQUEST_LENGTH = { [SOCK_DIAG_BY_FAMILY]: 56, [TCPDIAG_GETSOCK]: 60 } as const;

/** Type of the message that asks, which every row of the answer has as well. */
export function diagMessageType({ family }: DiagRequest): typeof SOCK_DIAG_BY_FAMILY | typeof TCPDIAG_GETSOCK {
  return family === AF_UNSPEC ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY;
}

/**
 * Bytes of a dump request: nlmsghdr, inet_diag_req_v2 (or inet_diag_req, for both families), and for `minPort` one
 * INET_DIAG_REQ_BYTECODE attribute of two ops (include/uapi/linux/inet_diag.h).
 */
export function encodeDiagRequest(request: DiagRequest, sequence: number): Uint8Array {
  const { minPort } = request;
  const type = diagMessageType(request);
  const plainLength = HEADER_LENGTH + REQUEST_LENGTH[type];
  const length = minPort === undefined ? plainLength : plainLength + FILTER_LENGTH;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, DUMP_FLAGS, true);
  view.setUint32(8, sequence, true);
  if (type === TCPDIAG_GETSOCK) {
    view.setUint32(68, request.states, true);
  } else {
    view.setUint8(16, request.family);
    view.setUint8(17, request.protocol);
    view.setUint32(20, request.states, true);
  }
  if (minPort !== undefined) encodeMinPort(view, plainLength, minPort);
  return bytes;
}

/** `S_GE minPort`: on yes to the end, which accepts; on no 4 bytes past it, which rejects. */
function encodeMinPort(view: DataView, offset: number, minPort: number): void {
  view.setUint16(offset, 12, true);
  view.setUint16(offset + 2, 1, true);
  view.setUint8(offset + 4, 2);
  view.setUint8(offset + 5, 8);
  view.setUint16(offset + 6, 12, true);
  view.setUint16(offset + 10, minPort, true);
}
