/** States of a request, one bit each (include/net/tcp_states.h). */
export const DIAG_STATES = {
  /** Everything that `ss -a` shows. */
  ordinary: 0xfff,
  /** TCP_BOUND_INACTIVE, from Linux 6.8; older kernels answer with no row. Comes back as wire state 7. */
  bound: 0x2000,
} as const;

export const AF_INET = 2;
export const AF_INET6 = 10;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const SOCK_DIAG_BY_FAMILY = 20;

export interface DiagRequest {
  /** AF_INET or AF_INET6; the kernel refuses to dump both at once. */
  readonly family: number;
  /** IPPROTO_TCP or IPPROTO_UDP. */
  readonly protocol: number;
  readonly states: number;
  /** Only sockets whose local port is this or higher; the kernel leaves the others out. */
  readonly minPort?: number;
}

const DUMP_FLAGS = 0x301; // NLM_F_REQUEST | NLM_F_ROOT | NLM_F_MATCH
const PLAIN_LENGTH = 72;
const FILTERED_LENGTH = 84;

/**
 * Bytes of a dump request: nlmsghdr, inet_diag_req_v2, and for `minPort` one INET_DIAG_REQ_BYTECODE attribute of two ops
 * (include/uapi/linux/inet_diag.h).
 */
export function encodeDiagRequest(request: DiagRequest, sequence: number): Uint8Array {
  const { minPort } = request;
  const length = minPort === undefined ? PLAIN_LENGTH : FILTERED_LENGTH;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, true);
  view.setUint16(6, DUMP_FLAGS, true);
  view.setUint32(8, sequence, true);
  view.setUint8(16, request.family);
  view.setUint8(17, request.protocol);
  view.setUint32(20, request.states, true);
  if (minPort !== undefined) encodeMinPort(view, PLAIN_LENGTH, minPort);
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
