import type { DataDir } from "../data-dir.ts";
import type { Facts } from "../threads/messages.ts";

/** Facts as they are now, kept in the data directory. */
export interface Remembered {
  get(fact: keyof Facts): string | null;
  set(fact: keyof Facts, text: string | null): void;
}

/** Writes again what is there: whoever kept them before may have missed it. `unkept`: told of what the disk does not take. */
export function createRemembered(
  dir: DataDir,
  known: Facts,
  unkept: (fact: keyof Facts, error: unknown) => void,
): Remembered {
  const facts: { -readonly [F in keyof Facts]: Facts[F] } = { ...known };
  const set = (fact: keyof Facts, text: string | null): void => {
    facts[fact] = text;
    try {
      if (text === null) dir.remove(fact);
      else dir.write(fact, text);
    } catch (error) {
      // In force all the same; only a restart would forget it.
      unkept(fact, error);
    }
  };
  set("egress-used", known["egress-used"]);
  // What could not be read is not unlearnt.
  for (const fact of ["legacy-ties", "local-trips"] as const) if (known[fact] !== null) set(fact, known[fact]);
  return { get: (fact) => facts[fact], set };
}
