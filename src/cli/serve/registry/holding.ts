import type { LocalTrip } from "../rollouts/trip.ts";

/** Flags that this process holds off by itself, whatever the store says of them. */
export interface Holding {
  readonly trips: () => readonly LocalTrip[];
  /** At once; what is not named any more is lifted with the flags of that version. */
  hold(trips: readonly LocalTrip[], version: number): void;
  /** With flags of that version. */
  keys(version: number): readonly string[];
}

export function createHolding(known: readonly LocalTrip[], changed: () => void): Holding {
  let trips = known;
  /** Until flags of that version are in force. */
  let lifting: { readonly keys: readonly string[]; readonly version: number } = { keys: [], version: 0 };
  const keysOf = (all: readonly LocalTrip[]): readonly string[] => all.map(({ flag }) => flag);
  return {
    trips: () => trips,
    hold(next, version) {
      const gone = keysOf(trips).filter((key) => !keysOf(next).includes(key));
      lifting = { keys: [...lifting.keys, ...gone], version: Math.max(lifting.version, version) };
      trips = next;
      changed();
    },
    keys(version) {
      if (version >= lifting.version) lifting = { keys: [], version: 0 };
      return [...new Set([...keysOf(trips), ...lifting.keys])];
    },
  };
}
