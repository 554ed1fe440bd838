import { allocateNetlinkBuffer, type NetlinkBuffer } from '../../src/platform/linux/netlink/inet-diag.ts';

/** A socket as the kernel would tell it; ports in host order, addresses as bytes in network order. */
export interface WireSocket {
  readonly family?: number;
  readonly state?: number;
  readonly localPort?: number;
  readonly remotePort?: number;
  readonly local?: readonly number[];
  readonly remote?: readonly number[];
  readonly cookie?: readonly [low: number, high: number];
  readonly inode?: number;
  /** Attributes after the fixed part: type and payload. */
  readonly attributes?: readonly (readonly [type: number, payload: Uint8Array])[];
}

/** nlmsghdr and payload, padded to 4; `lengthField` lies about the length. */
export function netlinkMessage(
  type: number,
  payload: Uint8Array,
  options: { readonly sequence?: number; readonly flags?: number; readonly lengthField?: number } = {},
): Uint8Array {
  const length = 16 + payload.length;
  const bytes = new Uint8Array((length + 3) & ~3);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, options.lengthField ?? length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, options.flags ?? 2, true);
  view.setUint32(8, options.sequence ?? 1, true);
  bytes.set(payload, 16);
  return bytes;
}

/** struct inet_diag_msg with its attributes. */
export function diagPayload(socket: WireSocket): Uint8Array {
  const attributes = (socket.attributes ?? []).map(([type, payload]) => attributeBytes(type, payload));
  const bytes = new Uint8Array(72 + attributes.reduce((sum, attribute) => sum + attribute.length, 0));
  const view = new DataView(bytes.buffer);
  bytes[0] = socket.family ?? 2;
  bytes[1] = socket.state ?? 1;
  view.setUint16(4, socket.localPort ?? 40_000);
  view.setUint16(6, socket.remotePort ?? 0);
  bytes.set(socket.local ?? [127, 0, 0, 1], 8);
  bytes.set(socket.remote ?? [], 24);
  view.setUint32(44, socket.cookie?.[0] ?? 1, true);
  view.setUint32(48, socket.cookie?.[1] ?? 0, true);
  view.setUint32(68, socket.inode ?? 7, true);
  let offset = 72;
  for (const attribute of attributes) {
    bytes.set(attribute, offset);
    offset += attribute.length;
  }
  return bytes;
}

/** NLMSG_DONE with `errno` (0: all is well). */
export function doneMessage(errno = 0, sequence = 1): Uint8Array {
  return netlinkMessage(3, new Uint8Array(Int32Array.of(-errno).buffer), { sequence });
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** `bytes` as received: at the start of a 64 KB buffer that still holds old data behind them. */
export function receivedBuffer(bytes: Uint8Array): NetlinkBuffer {
  const buffer = allocateNetlinkBuffer();
  buffer.bytes.fill(0xa5);
  buffer.bytes.set(bytes);
  return buffer;
}

function attributeBytes(type: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array((4 + payload.length + 3) & ~3);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 4 + payload.length, true);
  view.setUint16(2, type, true);
  bytes.set(payload, 4);
  return bytes;
}
