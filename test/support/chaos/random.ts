import { createHash } from "node:crypto";

export interface Random {
  /** From 0 to 1. */
  next(): number;
  /** A whole number below `count`. */
  below(count: number): number;
  one<T>(of: readonly [T, ...T[]]): T;
  /** So many of them, each once, in their order. */
  some<T>(of: readonly T[], count: number): readonly T[];
}

/** The same seed gives the same numbers. */
export function createRandom(seed: string): Random {
  let drawn = 0;
  const next = (): number => {
    drawn += 1;
    return createHash("sha256").update(`${seed} ${drawn}`).digest().readUInt32BE() / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    next,
    below,
    one: (of) => of[below(of.length)] ?? of[0],
    some(of, count) {
      const left = of.map((one) => ({ one, by: next() })).toSorted((a, b) => a.by - b.by);
      const chosen = new Set(left.slice(0, count).map(({ one }) => one));
      return of.filter((one) => chosen.has(one));
    },
  };
}
