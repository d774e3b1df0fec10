import { createKeyedHash, type KeyedHash } from "../../compare/index.ts";

/** Keys of hashes of personal data: the first hashes, by the others what was hashed before is still found. */
export interface HashKeys {
  readonly current: string;
  /** `current` first. */
  readonly all: readonly string[];
}

/** As `SOMBRA_HASH_KEY` has them, separated by commas. */
export function hashKeysIn(text: string): HashKeys {
  const [current = "", ...older] = text.split(",").map((key) => key.trim());
  return { current, all: [...new Set([current, ...older])] };
}

/** One hash for each key, the one in force first. */
export function hashesOf({ all }: HashKeys): readonly KeyedHash[] {
  return all.map(createKeyedHash);
}
