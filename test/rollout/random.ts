/** Numbers that look random and are the same for the same seed: a simulation can be told again. */
export interface Random {
  /** 0 to 1, without 1. */
  next(): number;
  chance(probability: number): boolean;
  /** Log-normal times: half are below `median`; `spread` is the standard deviation of their logarithm. */
  time(median: number, spread: number): number;
}

/** The generator of Steele, Lea & Flood 2014 (SplitMix), in 32 bits. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    chance: (probability) => probability > 0 && next() < probability,
    time(median, spread) {
      // Box & Muller 1958.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(spread * normal);
    },
  };
}
