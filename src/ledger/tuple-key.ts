/**
 * 64-bit identity of a connection where the source has no socket cookie: a hash of namespace, protocol and both ends.
 * Two of 60,000 tuples meet with a probability of 1e-10. The words of the last call are in `low` and `high`.
 */
export class TupleKey {
  low = 0;
  high = 0;

  /** `pool` stands for namespace and protocol; addresses are four words from their offsets. */
  compute(
    pool: number,
    local: Uint32Array,
    localOffset: number,
    localPort: number,
    remote: Uint32Array,
    remoteOffset: number,
    remotePort: number,
  ): void {
    let low = mix(0x9747_b28c, pool);
    let high = mix(0x3c6e_f372, pool);
    const ports = (localPort << 16) | remotePort;
    low = mix(low, ports);
    high = mix(high, ports);
    for (let word = 0; word < 4; word++) {
      const near = local[localOffset + word] as number;
      const far = remote[remoteOffset + word] as number;
      low = mix(mix(low, near), far);
      high = mix(mix(high, far), near);
    }
    this.low = finish(low);
    this.high = finish(high);
  }

  /** The last key as one number of 53 bits, for a Map. */
  get asNumber(): number {
    return (this.high & 0x1f_ffff) * 0x1_0000_0000 + this.low;
  }
}

/** One round of MurmurHash3 (32 bits, public domain algorithm by A. Appleby). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e_2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b87_3593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe654_6b64) | 0;
}

function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
