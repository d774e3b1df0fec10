import { hash } from "node:crypto";
import type { HashKeys } from "./hash-keys.ts";

/** A key as a store keeps it, for all instances. */
export interface RingKey {
  readonly key: string;
  /** From then on the one made after it is in force; milliseconds since the epoch. null: none was made after it. */
  readonly retiredAt: number | null;
}

/** As long as records live, and a day: what was hashed by a key before has then gone. */
export const retiredKeyMs = 8 * 24 * 3_600_000;
/** By then every instance that has the store knows of a new key, and goes by it at the same moment. */
export const takesOverMs = 10_000;

const retired = /^(.+)@(\d+)$/;

/** The newest first. */
export function ringIn(text: string): readonly RingKey[] {
  return text.split(",").map((entry) => {
    const [, key, ms] = retired.exec(entry) ?? [];
    return key === undefined ? { key: entry, retiredAt: null } : { key, retiredAt: Number(ms) };
  });
}

export function ringText(ring: readonly RingKey[]): string {
  return ring.map(({ key, retiredAt }) => (retiredAt === null ? key : `${key}@${retiredAt}`)).join(",");
}

/** Without those whose time is over. */
export function liveIn(ring: readonly RingKey[], now: number): readonly RingKey[] {
  return ring.filter(({ retiredAt }) => retiredAt === null || now < retiredAt + retiredKeyMs);
}

/** With a new key, which takes over from all others at once. */
export function rotated(ring: readonly RingKey[], key: string, now: number): readonly RingKey[] {
  const [last, ...older] = liveIn(ring, now);
  const before = last === undefined ? [] : [{ ...last, retiredAt: now + takesOverMs }];
  return [{ key, retiredAt: null }, ...before, ...older];
}

/** A key that is not in force yet is known all the same: others may be ahead. */
export function keysAt(ring: readonly RingKey[], now: number): HashKeys {
  const live = liveIn(ring, now);
  const at = live.findIndex((_, i) => (live[i + 1]?.retiredAt ?? 0) <= now);
  const current = live[at]?.key ?? "";
  return { current, all: [...new Set([current, ...live.map(({ key }) => key)])] };
}

/** Tells keys apart, and says nothing of them. */
export function fingerprintOf(key: string): string {
  return hash("sha256", `fingerprint\n${key}`, "hex").slice(0, 8);
}
