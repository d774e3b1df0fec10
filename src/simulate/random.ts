import { lnFactorial } from "./ln-factorial.ts";

/** Numbers that look random and are the same for the same seed: a simulation can be told again. */
export interface Random {
  /** 0 to 1, without 1. */
  readonly next: () => number;
  /** Log-normal times: half are below `median`; `spread` is the standard deviation of their logarithm. */
  readonly time: (median: number, spread: number) => number;
  /** How many come of what comes at random and `mean` at a time on average. */
  readonly poisson: (mean: number) => number;
  /** How many of `all` are so, if each is with that chance. */
  readonly binomial: (all: number, chance: number) => number;
}

/** xoshiro128++ (Blackman & Vigna 2021), its state filled from the seed by SplitMix (Steele, Lea & Flood 2014) in 32 bits. */
export function createRandom(seed: number): Random {
  let filling = seed | 0;
  const filled = (): number => {
    filling = (filling + 0x9e3779b9) | 0;
    let mixed = Math.imul(filling ^ (filling >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
  let [a, b, c, d] = [filled(), filled(), filled(), filled()];
  const next = (): number => {
    const sum = (a + d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + a) | 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return (result >>> 0) / 4_294_967_296;
  };
  return {
    next,
    time(median, spread) {
      // Box & Muller 1958.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(spread * normal);
    },
    poisson: (mean) => (mean < SMALL ? fewOf(mean, next) : manyOf(mean, next)),
    binomial(all, chance) {
      if (all <= 0 || chance <= 0) return 0;
      if (chance >= 1) return all;
      if (chance > 0.5) return all - draw(all, 1 - chance, next);
      return draw(all, chance, next);
    },
  };
}

/** Below it counting up is faster than rejecting. */
const SMALL = 12;

/** By the times between them, multiplied. */
function fewOf(mean: number, next: () => number): number {
  if (mean <= 0) return 0;
  const least = Math.exp(-mean);
  let found = -1;
  for (let product = 1; product > least; product *= next()) found += 1;
  return found;
}

/** Transformed rejection (Hörmann 1993, PTRS): exact. */
function manyOf(mean: number, next: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const sure = 0.9277 - 3.6224 / (b - 2);
  const scale = 1.1239 + 1.1328 / (b - 3.4);
  for (;;) {
    const u = next() - 0.5;
    const v = next();
    const near = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / near + b) * u + mean + 0.43);
    if (near >= 0.07 && v <= sure) return k;
    if (k < 0 || (near < 0.013 && v > near)) continue;
    if (Math.log((v * scale) / (a / near ** 2 + b)) <= k * Math.log(mean) - mean - lnFactorial(k)) return k;
  }
}

/** Chance at most a half. */
function draw(all: number, chance: number, next: () => number): number {
  return all * chance < SMALL ? countUp(all, chance, next) : reject(all, chance, next);
}

/** By the number of those that are not so between two that are. */
function countUp(all: number, chance: number, next: () => number): number {
  const scale = Math.log1p(-chance);
  let found = 0;
  for (let at = 0; ; found += 1) {
    at += Math.floor(Math.log(1 - next()) / scale) + 1;
    if (at > all) return found;
  }
}

/** The same rejection for a binomial (BTRS). */
function reject(all: number, chance: number, next: () => number): number {
  const spread = Math.sqrt(all * chance * (1 - chance));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * chance;
  const sure = 0.92 - 4.2 / b;
  const scale = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((all + 1) * chance);
  const top = lnFactorial(mode) + lnFactorial(all - mode);
  const odds = Math.log(chance / (1 - chance));
  for (;;) {
    const u = next() - 0.5;
    const v = next();
    const near = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / near + b) * u + all * chance + 0.5);
    if (near >= 0.07 && v <= sure) return k;
    if (k < 0 || k > all) continue;
    const least = top - lnFactorial(k) - lnFactorial(all - k) + (k - mode) * odds;
    if (Math.log((v * scale) / (a / near ** 2 + b)) <= least) return k;
  }
}
