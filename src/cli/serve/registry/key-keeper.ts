import type { AdminRotateAnswer, RotatedKeys } from "../../../admin/index.ts";
import type { JsonObject } from "../../../flags/index.ts";
import type { Store, WriteAnswer } from "../../../registry/index.ts";
import { hashKeysIn, sameKeys, type HashKeys } from "./hash-keys.ts";
import { fingerprintOf, keysAt, liveIn, retiredKeyMs, ringIn, ringText, rotated, type RingKey } from "./key-ring.ts";

export interface KeyKeeperDeps {
  /** `SOMBRA_HASH_KEY`: what the store has does not count. */
  readonly configured: string | null;
  /** Of this data directory; a store may know others. */
  readonly kept: string;
  /** Keeps what the store has in the data directory. */
  readonly remember: (text: string) => void;
  /** Other keys are in force, or in another order. */
  readonly changed: (keys: HashKeys) => void;
  readonly madeKey: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The keys of all hashes, as a store has them for all instances. */
export interface KeyKeeper {
  /** As a store keeps them. */
  readonly text: () => string;
  readonly keys: () => HashKeys;
  /** Takes over what the store has; rejects with why it cannot. */
  opened(store: KeyStore): Promise<void>;
  /** Whether others are in force by now. To be called every half second. */
  look(): void;
  /** Makes a new key. `note`: says so to the audit, before anything is done. */
  rotate(note: (value: JsonObject) => Promise<WriteAnswer>): Promise<AdminRotateAnswer>;
}

type KeyStore = Pick<Store, "hashKey" | "replaceHashKey">;

/** How often the store is asked whether another instance has made a key: in time for its taking over. */
const askMs = 2_000;

export function createKeyKeeper(deps: KeyKeeperDeps): KeyKeeper {
  const { configured, now } = deps;
  let ring = ringIn(configured === null ? deps.kept : "");
  let store: KeyStore | null = null;
  let remembered: string | null = null;
  let askedMs = Number.NEGATIVE_INFINITY;
  const keysNow = (): HashKeys => (configured === null ? keysAt(ring, now()) : hashKeysIn(configured));
  let told = keysNow();
  const tell = (): void => {
    const keys = keysNow();
    if (sameKeys(keys, told)) return;
    told = keys;
    deps.changed(keys);
  };
  const adopt = (text: string): void => {
    ring = ringIn(text);
    if (text !== remembered) deps.remember(text);
    remembered = text;
    tell();
  };
  const ask = async (from: KeyStore): Promise<void> => {
    const kept = await from.hashKey(ringText(ring));
    const live = ringText(liveIn(ringIn(kept), now()));
    adopt(live === kept ? kept : await from.replaceHashKey(kept, live));
  };
  return {
    text: () => ringText(ring),
    keys: keysNow,
    async opened(from) {
      if (configured !== null) return;
      await ask(from);
      store = from;
    },
    look() {
      tell();
      if (store === null || now() - askedMs < askMs) return;
      askedMs = now();
      // Whether the store answers others say.
      ask(store).catch(() => undefined);
    },
    async rotate(note) {
      if (configured !== null) return { kind: "configured" };
      if (store === null) return refused("the store is not up");
      const known = await store.hashKey(ringText(ring));
      const next = rotated(ringIn(known), deps.madeKey(), now());
      const keys = shown(next, now());
      const noted = await note({ ...keys, retired: keys.retired.map((one) => ({ ...one })) });
      if (noted.kind !== "written" && noted.kind !== "unchanged") return { kind: "refused", answer: noted };
      const kept = await store.replaceHashKey(known, ringText(next));
      adopt(kept);
      if (kept !== ringText(next))
        return refused("another instance made a new key at the same moment: look, and try again");
      return { kind: "rotated", told: keys };
    },
  };
}

function refused(why: string): AdminRotateAnswer {
  return { kind: "refused", answer: { kind: "unavailable", why } };
}

function shown([newest, ...older]: readonly RingKey[], nowMs: number): RotatedKeys {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    key: fingerprintOf(newest?.key ?? ""),
    in_force_at: iso(older[0]?.retiredAt ?? nowMs),
    retired: older.map(({ key, retiredAt }) => {
      const at = retiredAt ?? nowMs;
      return { key: fingerprintOf(key), retired_at: iso(at), gone_at: iso(at + retiredKeyMs) };
    }),
  };
}
