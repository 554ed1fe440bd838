/** A 32-bit word the other way round. */
export function swapBytes(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/** Writes an IPv4 address, in network order, in its mapped form at `target[at..at + 3]`. */
export function writeIpv4(networkWord: number, target: Uint32Array, at: number): void {
  target[at] = 0;
  target[at + 1] = 0;
  target[at + 2] = 0xffff;
  target[at + 3] = swapBytes(networkWord);
}

/** Writes the IPv6 address of the four words in network order at `source[from]`; returns 4 when it is a mapped IPv4 one, else 6. */
export function writeIpv6(source: Uint32Array, from: number, target: Uint32Array, at: number): 4 | 6 {
  for (let index = 0; index < 4; index++) target[at + index] = swapBytes(source[from + index] as number);
  return target[at] === 0 && target[at + 1] === 0 && target[at + 2] === 0xffff ? 4 : 6;
}

/** `0.0.0.0` as a peer, in its mapped form too, means that there is none: all words become 0. */
export function clearEmptyPeer(remote: Uint32Array, at: number): void {
  if (remote[at + 3] === 0 && remote[at] === 0 && remote[at + 1] === 0 && remote[at + 2] === 0xffff) remote[at + 2] = 0;
}
