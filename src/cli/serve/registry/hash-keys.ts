import { createHmac } from "node:crypto";
import { createKeyedHash, type KeyedHash } from "../../../compare/index.ts";

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

export function sameKeys(one: HashKeys, other: HashKeys): boolean {
  return one.all.join() === other.all.join();
}

/** Made of them for the signatures of pages: those say nothing of the keys themselves. */
export function pageKeys({ all }: HashKeys): readonly string[] {
  return all.map((key) => createHmac("sha256", key).update("sombra pages").digest("base64url"));
}

/** Hashes by keys that may change while others hold on to them. */
export interface LiveKeys {
  readonly all: () => readonly string[];
  /** By the key in force, whichever that is: always the same function. */
  readonly hash: KeyedHash;
  /** One for each key, the one in force first. */
  readonly hashes: () => readonly KeyedHash[];
  readonly set: (keys: HashKeys) => void;
}

export function createLiveKeys(first: HashKeys): LiveKeys {
  let keys = first;
  let hashes = keys.all.map(createKeyedHash);
  let hash = createKeyedHash(keys.current);
  return {
    all: () => keys.all,
    hash: (bytes) => hash(bytes),
    hashes: () => hashes,
    set(next) {
      keys = next;
      hashes = keys.all.map(createKeyedHash);
      hash = createKeyedHash(keys.current);
    },
  };
}
