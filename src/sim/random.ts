/** Random numbers that a seed decides. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [0, below). */
  integer(below: number): number;
  gaussian(): number;
  poisson(mean: number): number;
  exponential(mean: number): number;
}

/** mulberry32 (public domain, Tommy Ettinger): 32 bits of state are plenty for stories. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    integer: (below) => Math.floor(next() * below),
    gaussian,
    poisson: (mean) => {
      if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian()));
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count++;
      return count;
    },
    exponential: (mean) => -mean * Math.log(1 - next()),
  };
}

/** A seed of a text and a number, so that each scenario has noise of its own. */
export function seedOf(text: string, seed: number): number {
  let hash = 2_166_136_261 ^ seed;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 16_777_619);
  return hash >>> 0;
}
